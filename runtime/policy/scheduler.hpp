#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/chunks.hpp"
#include "policy/engine_set.hpp"
#include "policy/estimate.hpp"
#include "policy/events.hpp"
#include "policy/flights.hpp"
#include "policy/gang_run.hpp"
#include "policy/idle_map.hpp"
#include "policy/lane.hpp"
#include "policy/late.hpp"
#include "policy/pieces.hpp"
#include "policy/shares.hpp"
#include "policy/turns.hpp"
#include "policy/work.hpp"

namespace farm::policy {

/// Decides which items go to which engine and when. Pure: events in, actions out; no bytes, no
/// clock, no threads. The time is an argument that never goes back.
///
/// An engine that has room serves the share that is furthest behind (see Shares), in it the highest
/// priority, there the lanes in turn, and in a lane what was submitted first or costs the most. A
/// lane is what one route has for one set of engines.
///
/// Every event costs constant or logarithmic time per action, whatever the number of engines,
/// lanes and shares. Exceptions: an engine is in few sets of targets; a gang costs a step per
/// engine that it may use; refusals and retries elsewhere may cost a step per lane.
class Scheduler {
 public:
  struct Setup {
    std::vector<int> hosts;  ///< of each engine, as numbers; empty: all on one
    std::uint64_t seed = 1;
    bool retracts = true;  ///< whether queued chunks are asked back for idle engines
    bool grows = false;    ///< whether gain() may be called
  };

  explicit Scheduler(const std::vector<EngineId>& engines) : Scheduler(engines, Setup()) {}
  Scheduler(const std::vector<EngineId>& engines, const Setup& setup);

  /// The engines that the submission names must be engines.
  const Actions& submit(const Submit& submit, Moment now);
  /// The chunk has come back. `run_ns` is what its items took together, `bytes` their results.
  const Actions& finish(Ticket ticket, std::int64_t run_ns, std::size_t bytes, Moment now);
  /// These items of the chunk are to run again, as the next attempt, from `not_before` on, at first
  /// only on another engine; `death`: because an engine has died. To be called before finish. Of a
  /// gang, the item runs again when all ranks have finished, however many ranks ask for it.
  const Actions& requeue(Ticket ticket, std::uint64_t first, std::uint64_t count, Moment not_before,
                         Moment now, bool death = false);
  /// The chunk came back as it went: it had not started. It is queued again, before all else.
  const Actions& returned(Ticket ticket, Moment now);
  /// The same, because the engine does not meet the batch's requirement. It is not asked again for
  /// what was submitted to that lane before now. Only for conditional submissions.
  const Actions& refuse(Ticket ticket, Moment now);
  /// Drops what has not been dispatched of the batch; and what waits, or will ask, to run again,
  /// unless that may (`again`).
  const Actions& cancel(BatchNumber batch, Moment now, bool again = false);
  /// The chunks that the engine holds, oldest first. `started` are the oldest and, where its kernel
  /// waits for tasks, the oldest of each depth that may run meanwhile.
  std::vector<Held> held_by(EngineId id) const;
  /// The engine is gone for ever: its tickets are free, its chunks run again elsewhere as the next
  /// attempt, those that it had started item by item. `given_up` are items of its chunks, of
  /// each in ascending order, that do not run again for this: the caller ends them, or has queued
  /// them again. Where no engine is left the batches are refused. A gang that it was in runs again
  /// when its other ranks have ended. What is told of the engine later changes nothing. Costs a
  /// step for each of its items that are given up, for each of its chunks, for each engine in the
  /// sets that it was in, and for each lane.
  const Actions& lose(EngineId id, Moment now, std::span<const GivenUp> given_up = {});
  /// A new engine, with an id above all others; only if the set-up says so. It gets what is open to
  /// all engines, but no part of gangs. Costs a step for each engine.
  const Actions& gain(EngineId id, Moment now);
  /// From now on the engine runs only chunks of at least this depth, because its kernel waits for
  /// such ones; 0: any. Those of less depth that it holds do not count as its load meanwhile.
  const Actions& wait(EngineId id, std::uint32_t depth, Moment now);
  /// From now on nothing is handed out that would not have ended by then, as far as its run time is
  /// known, and nothing at all after that; but what tasks submit is, which belongs to what runs.
  /// What would end late is set aside, at a step for each item or batch, and does not hold up what
  /// is behind it. No value: there is no deadline (any more).
  const Actions& finish_by(std::optional<Moment> deadline, Moment now);
  /// The same at once; and what has not started is asked back.
  const Actions& close(Moment now);
  /// Takes both back.
  const Actions& reopen(Moment now);
  /// Something else keeps the engine busy. Each call counts as a chunk until vacate is called.
  void occupy(EngineId engine);
  const Actions& vacate(EngineId engine, Moment now);
  /// To be called at next_time() or later.
  const Actions& expire(Moment now);
  std::optional<Moment> next_time() const;
  /// Whether there is a next_time(): to be asked at every turn.
  bool timed() const { return look_at_ != 0 || reservation_.lane != none || pieces_.timed(); }

  /// Whether something waits, nothing is out, and none of it would end before the deadline.
  bool nothing_fits() const { return late_.count() != 0 && flights_.size() == 0 && !timed(); }

  /// The chunk of a ticket; null if there is no such chunk.
  const Flight* flight(Ticket ticket) const { return flights_.find(ticket); }
  /// Chunks that the engine holds.
  std::uint64_t load(EngineId engine) const;
  std::uint64_t in_flight() const { return flights_.size(); }
  /// Whether engines hold so many in advance, on the average, that the next ones may come late.
  bool ample() const { return in_flight() >= 4 * std::uint64_t{sets_.size(EngineSets::universal)}; }
  /// No ticket is as large.
  Ticket tickets() const { return static_cast<Ticket>(flights_.table_size()); }
  Standing why(BatchNumber batch);
  /// ns until the batch ends if its engines run nothing else, by what its kernel and its costs are
  /// known to take; nothing if that is not known.
  std::optional<double> time_left(BatchNumber batch);

  /// An empty string, or which invariant does not hold. For tests: looks at everything.
  std::string validate() const;

 private:
  // What an engine could be given next: a piece or, if there is none, fresh items of the batch.
  struct Next {
    BatchNumber batch = none;
    std::uint32_t piece = none;
  };
  struct Choice {
    Turns* turns = nullptr;
    Turns::Line* line = nullptr;
    std::uint64_t* served = nullptr;
  };

  // Lanes: lanes.cpp
  std::uint32_t lane_of(const Submit& submit);
  std::uint32_t open_lane(const Submit& submit, LaneKey key);
  std::uint32_t use_set(const std::vector<EngineId>& engines);
  void drop_set(std::uint32_t number);
  void retire_lanes();
  void enqueue(std::uint32_t number, BatchNumber batch);
  bool has_work(Lane& lane) {
    return lane.extra && !lane.extra->ready.empty() ? true : has_fresh(lane);
  }
  bool has_fresh(Lane& lane) {
    // Most often the first work has more to give.
    if (lane.first != none && !lane.extra) {
      const Work& work = works_[lane.first];
      if (work.next != work.end) return true;
    }
    return find_fresh(lane);
  }
  bool find_fresh(Lane& lane);
  bool has_costly(Lane& lane);
  void add_costly(Lane& lane, BatchNumber batch);
  void again_by_cost(std::uint32_t number, BatchNumber batch);
  void take_turns(std::uint32_t number);
  void leave_turns(std::uint32_t number);
  void rest_if_empty(std::uint32_t number);
  void settle(BatchNumber batch);
  Turns& turns_of(const Lane& lane) { return lane.gang() ? gangs_ : sets_[lane.set].turns; }

  // Which engine gets a chunk: placing.cpp
  void fill(std::uint32_t number);
  bool place(std::uint32_t number);
  bool place(std::uint32_t number, const Next& next);
  std::uint32_t choose(Lane& lane, std::uint64_t limit, const Next& next);
  std::uint32_t choose_in(std::uint32_t number, Scheme scheme, std::uint64_t limit,
                          const Lane& lane, const Next& next);
  std::uint32_t draw(std::uint32_t number, Scheme scheme, std::uint64_t limit, const Lane& lane,
                     const Next& next);
  bool suits(const Lane& lane, const Next& next, std::uint32_t engine) const;
  bool may_run(const Lane& lane, const Next& next, std::uint32_t engine) const;
  void assign_statically(std::uint32_t number);
  bool backfill(std::uint32_t number);

  // Which chunk an engine gets: serving.cpp
  void refill(std::uint32_t number, bool freed);
  void fill_again();
  bool serve_next(std::uint32_t number, std::uint64_t load);
  bool serve_choice(std::uint32_t number, std::uint64_t load);
  bool serve_line(Turns& turns, Turns::Line& line, std::uint32_t engine, std::uint64_t load);
  bool serve_fan(const Turns::Line& line, std::uint32_t number, std::uint64_t load);
  bool serve(std::uint32_t number, std::uint32_t engine, std::uint64_t load);
  bool contested(std::uint32_t engine) const;
  Next next_for(Lane& lane, std::uint32_t engine);
  std::uint64_t limit_of(const Lane& lane, BatchNumber batch);
  std::uint64_t width(const Lane& lane) const { return sets_.size(lane.set); }

  // How a chunk is handed out: dispatching.cpp
  bool give(std::uint32_t number, std::uint32_t engine, const Next& next);
  std::uint64_t chunk_of(const Lane& lane, BatchNumber batch, std::uint32_t engine);
  double expected(BatchNumber batch, std::uint64_t first, std::uint64_t count) const;
  double charge_for(BatchNumber batch, std::uint64_t first, std::uint64_t count);
  void dispatch(std::uint32_t number, std::uint32_t engine, const Next& next, std::uint64_t count);
  Ticket take_off(Lane& lane, std::uint32_t number, const Flight& flight, double charged);
  void set_load(std::uint32_t number);
  void land(Ticket ticket);

  // What runs again: again.cpp
  WorkExtra& extra_of(BatchNumber batch);
  void run_again(GangRun& run);
  std::uint32_t open_piece(const Piece& made);
  void add_piece(const Piece& made) { put_ready(open_piece(made)); }
  void put_ready(std::uint32_t number);
  void take_piece(std::uint32_t number, Flight& flight);
  void drop_piece(std::uint32_t number);
  void unready(std::uint32_t number);
  bool others_than(const Lane& lane, BatchNumber batch, std::uint32_t engine) const;
  const Actions& come_back(Ticket ticket);
  void report_if_refused(const Lane& lane, BatchNumber batch);
  void report_refused(std::uint32_t number);

  // Engines that are gone: losing.cpp
  void run_elsewhere(const Held& held, std::span<const GivenUp> given_up);
  void run_elsewhere(const Piece& piece, Ticket ticket, std::span<const GivenUp> given_up);
  void leave_sets(std::uint32_t number);
  void forget_refusals(std::uint32_t number);
  void report_short(std::uint32_t number);

  // Retraction: retraction.cpp
  void look_for_work(std::uint32_t number);
  bool ask_back_for(std::uint32_t number);
  bool ask_back_from(std::uint32_t victim, std::uint32_t number, Moment& worth_at);
  void ask_back(Ticket ticket, std::uint32_t number);
  void look_again_at(Moment at);
  void look_for_all();
  void ask_back_queued(std::uint32_t number);

  // Engines whose kernels wait: waiting.cpp
  std::uint32_t depth_of(Ticket ticket) const;
  std::uint32_t hungry_for(const Lane& lane, const Next& next) const;
  void note_hunger(std::uint32_t number);
  Ticket stuck_chunk(std::uint32_t victim, std::uint32_t number) const;
  bool ask_back_stuck(std::uint32_t number);

  // What ends in time: deadline.cpp
  void note_bounds();
  void offer_again();
  void ask_back_unstarted(std::uint32_t number);
  bool within_bounds(const Lane& lane, std::uint32_t engine, const Next& next,
                     std::uint64_t& count);
  double busy_for(std::uint32_t number);
  bool too_late(std::uint32_t number);

  // What would not: late.cpp
  bool ends_late(BatchNumber batch, std::uint64_t item, std::uint64_t count = 1) const;
  void put_off(std::uint32_t number);
  void put_off_pieces(std::uint32_t number);
  void put_off_piece(std::uint32_t number);
  void put_off_fresh(std::uint32_t number);
  void set_aside(std::uint32_t number);
  std::uint64_t late_from(BatchNumber batch, std::uint64_t first, std::uint64_t end) const;
  LateItems::Kind late_kind(BatchNumber batch) const;
  void bring_back(const LateItems::Entry& entry);
  void bring_back_sooner(BatchNumber batch);
  void bring_all_back();
  void forget_late(BatchNumber batch);

  // For people and tests: standing.cpp and validate.cpp
  std::uint64_t items_ahead(const Lane& lane, BatchNumber batch) const;
  bool starves(const Lane& lane) const;
  std::string validate_engines() const;

  // Gangs: gangs.cpp and reservation.cpp
  bool possible(const Lane& lane, BatchNumber batch) const;
  void start_gangs();
  std::uint32_t first_gang();
  bool start_gang(std::uint32_t number);
  void launch(std::uint32_t number, const Next& next, const std::vector<std::uint32_t>& engines);
  bool beats(std::uint32_t gang, Turns& rivals);
  void consider_gang(std::uint32_t engine);
  std::vector<std::uint32_t> idle_for(const Lane& lane, const Next& next);
  void end_rank(std::uint32_t id);
  void reserve(std::uint32_t number);
  std::vector<std::uint32_t> plan(const Lane& lane, const Next& next);
  void hold_only(std::vector<std::uint32_t> engines);
  void withdraw(std::uint32_t number);
  void offer(std::uint32_t number);
  void take_off_offer(std::uint32_t number);
  void put_on_offer(std::uint32_t number);
  Moment free_at(std::uint32_t number);

  Moment now_ = 0;
  EngineSets sets_;
  std::vector<EngineState> engines_;
  std::vector<std::uint64_t> all_served_;  // by engine, as Membership::served for the universal set
  std::vector<std::uint32_t> ids_;
  std::vector<int> hosts_;  // by engine
  Estimates estimates_;
  Chunks chunks_;
  std::vector<double> ns_per_cost_;  // by kernel; 0: unknown
  double typical_ns_ = 1000;         // run time of a chunk nobody knows anything about
  std::vector<Work> works_;
  std::unordered_map<BatchNumber, WorkExtra> extras_;
  std::vector<Lane> lanes_;
  std::vector<std::uint32_t> free_lanes_;
  std::deque<std::uint32_t> resting_lanes_;
  std::unordered_map<LaneKey, std::uint32_t, LaneKeyHash> lane_by_key_;
  LaneKey last_key_;  // most often asked for again
  std::uint32_t last_lane_ = none;
  Shares shares_;
  Flights flights_;
  Pieces pieces_;
  std::uint64_t ready_pieces_ = 0;  // ever, to number them
  std::uint64_t submissions_ = 0;
  std::uint64_t dispatches_ = 0;
  bool contested_ = false;  // while a slot is given away that several lanes may want
  std::minstd_rand random_;
  bool retracts_ = true;
  bool bounded_ = false;  // whether engines are held, or there is an end
  bool closed_ = false;
  Moment deadline_ = std::numeric_limits<Moment>::max();
  double longest_ns_ = 0;  // expected of a chunk, since there is a deadline
  LateItems late_;
  bool lost_ = false;      // whether any engine is gone
  bool gained_ = false;    // whether any engine has come later
  Moment look_at_ = 0;     // when to look for chunks to ask back; 0: never
  Moment look_after_ = 0;  // pause between looks that find nothing
  IdleMap idle_;
  std::vector<std::uint32_t> waiting_;  // engines whose kernels wait
  std::set<std::pair<std::uint32_t, std::uint32_t>>
      hungry_;                          // of these, those with no load, by depth
  std::vector<std::uint32_t> to_fill_;  // lanes whose first work has changed
  Turns gangs_;
  std::unordered_map<std::uint32_t, GangRun> runs_;
  std::uint32_t last_run_ = 0;
  Reservation reservation_;
  Actions actions_;
};

}  // namespace farm::policy
