#include "farm_app/picture/chart.hpp"

#include <algorithm>
#include <cmath>

#include "farm_app/picture/font.hpp"

namespace app {

namespace {

constexpr Colour paper{252, 252, 250};
constexpr Colour ink{40, 44, 52};
constexpr Colour grid{226, 227, 230};
constexpr Colour bar_colour{66, 112, 166};
constexpr Colour mark_colour{200, 72, 44};
constexpr int scale = 2;
constexpr int text_height = glyph_height * scale;

// The room that the labels need around the axes.
constexpr int left_margin = 84;
constexpr int right_margin = 32;
constexpr int top_margin = 74;
constexpr int bottom_margin = 68;

class Plot {
 public:
  Plot(Picture& picture, const BarChart& chart, const Rectangle& area)
      : picture_(picture),
        chart_(chart),
        area_(area),
        axes_{area.x + left_margin, area.y + top_margin, area.width - left_margin - right_margin,
              area.height - top_margin - bottom_margin} {}

  void draw() {
    draw_text(picture_, axes_.x, area_.y + 14, chart_.title, scale, ink);
    for (const Tick& tick : chart_.y_ticks) draw_y_tick(tick);
    for (const Bar& bar : chart_.bars) draw_bar(bar);
    for (const Tick& tick : chart_.x_ticks) draw_x_tick(tick);
    draw_marks();
    picture_.fill({axes_.x - 1, axes_.y, 1, axes_.height + 1}, ink);
    picture_.fill({axes_.x - 1, bottom(), axes_.width + 1, 1}, ink);
    const int centred = axes_.x + (axes_.width - text_width(chart_.x_label, scale)) / 2;
    draw_text(picture_, centred, bottom() + 40, chart_.x_label, scale, ink);
  }

 private:
  int bottom() const { return axes_.y + axes_.height; }
  int column(double x) const { return axes_.x + static_cast<int>(std::lround(x * axes_.width)); }
  int row(double y) const { return bottom() - static_cast<int>(std::lround(y * axes_.height)); }

  void draw_bar(const Bar& bar) {
    if (bar.height <= 0) return;
    // One pixel between neighbours where there is room; a rare value is never too small to see.
    const int left = column(bar.left);
    const int wide = column(bar.right) - left;
    const int width = std::max(wide > 3 ? wide - 1 : wide, 1);
    const int top = std::min(row(bar.height), bottom() - 1);
    picture_.fill({left, top, width, bottom() - top}, bar_colour);
  }

  void draw_y_tick(const Tick& tick) {
    const int y = row(tick.at);
    picture_.fill({axes_.x, y, axes_.width, 1}, grid);
    picture_.fill({axes_.x - 6, y, 6, 1}, ink);
    draw_text(picture_, axes_.x - 12 - text_width(tick.label, scale), y - text_height / 2,
              tick.label, scale, ink);
  }

  void draw_x_tick(const Tick& tick) {
    const int x = column(tick.at);
    picture_.fill({x, bottom(), 1, 6}, ink);
    draw_text(picture_, x - text_width(tick.label, scale) / 2, bottom() + 12, tick.label, scale,
              ink);
  }

  void draw_marks() {
    for (const Mark& mark : chart_.x_marks) {
      const int top = axes_.y - text_height;
      picture_.fill({column(mark.at), top, 1, bottom() - top}, mark_colour);
    }
    // A word near the one before it goes to the other of two lines.
    int free_from = 0;
    bool upper = false;
    for (const Mark& mark : chart_.x_marks) {
      const int width = text_width(mark.label, scale);
      const int x = std::clamp(column(mark.at) - width / 2, axes_.x, axes_.x + axes_.width - width);
      upper = x < free_from && !upper;
      free_from = x + width + 12;
      const int y = axes_.y - (upper ? 2 : 1) * (text_height + 3);
      picture_.fill({x - 2, y, width + 4, text_height + 2}, paper);
      draw_text(picture_, x, y, mark.label, scale, mark_colour);
    }
  }

  Picture& picture_;
  const BarChart& chart_;
  Rectangle area_;
  Rectangle axes_;
};

}  // namespace

Picture draw_charts(const std::vector<BarChart>& charts, int width, int height) {
  Picture picture(width, height * std::max(1, static_cast<int>(charts.size())), paper);
  int y = 0;
  for (const BarChart& chart : charts) {
    Plot(picture, chart, {0, y, width, height}).draw();
    y += height;
  }
  return picture;
}

}  // namespace app
