#pragma once
// The Python side of DeckRenderer.

namespace app {

/// Reads requests from standard input and answers each on standard output. A request is a number
/// of lists; a list is a number of texts; a text is a number of bytes and these; numbers are
/// little-endian and have 32 bits. The first request has the files and the names, the others the
/// sequence number and the values. The script's first argument is the script. An answer is 0 or 1
/// for an error, and a list.
inline constexpr const char* deck_script = R"python(
import os, struct, sys
try:
    import jinja2
except ImportError:
    # The system's Python has the packages of the system, whatever comes first on the PATH.
    system = '/usr/bin/python3'
    if os.path.exists(system) and os.path.realpath(system) != os.path.realpath(sys.executable):
        os.execv(system, [system, '-c', sys.argv[1], sys.argv[1]])
    jinja2 = None
source, sink = sys.stdin.buffer, sys.stdout.buffer

def exactly(count):
    data = source.read(count)
    if len(data) < count:
        sys.exit(0)
    return data

def number():
    return struct.unpack('<I', exactly(4))[0]

def text():
    return exactly(number()).decode('utf-8', 'surrogateescape')

def request():
    return [[text() for _ in range(number())] for _ in range(number())]

def answer(status, texts):
    data = [struct.pack('<II', status, len(texts))]
    for item in texts:
        item = item.encode('utf-8', 'surrogateescape')
        data += [struct.pack('<I', len(item)), item]
    sink.write(b''.join(data))
    sink.flush()

(files, names) = request()
if jinja2 is None:
    answer(1, ['--template needs the Python module jinja2 (Debian: python3-jinja2)'])
    sys.exit(0)

class Files(jinja2.BaseLoader):
    def get_source(self, environment, name):
        for folder in [''] + [os.path.dirname(file) for file in files]:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, encoding='utf-8', errors='surrogateescape', newline='') as file:
                    return file.read(), path, lambda: True
        raise jinja2.TemplateNotFound(name)

class Whole(int):
    def __str__(self): return self.written

class Real(float):
    def __str__(self): return self.written

def typed(written):
    for kind in Whole, Real:
        try:
            value = kind(written)
        except ValueError:
            continue
        if '_' in written or written != written.strip():
            break
        value.written = written
        return value
    return written

def problem(error):
    if isinstance(error, jinja2.TemplateSyntaxError):
        return '%s, line %d: %s' % (error.filename or error.name, error.lineno, error.message)
    if isinstance(error, jinja2.TemplateNotFound):
        return 'there is no template %s' % error
    if isinstance(error, OSError):
        return '%s: %s' % (error.filename, error.strerror)
    place, trace = '', error.__traceback__
    while trace is not None:
        # Jinja2 puts frames of templates in place of those of the code that it makes of them.
        if '__jinja_exception__' in trace.tb_frame.f_globals:
            place = '%s, line %d: ' % (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return place + (str(error) or type(error).__name__)

def guarded(make):
    try:
        answer(0, make())
        return True
    except Exception as error:
        answer(1, [problem(error)])
        return False

environment = jinja2.Environment(loader=Files(), undefined=jinja2.StrictUndefined,
                                 keep_trailing_newline=True, newline_sequence='\n')
templates = []

def load():
    templates.extend(environment.get_template(file) for file in files)
    return []

def render():
    ((seq, *values),) = request()
    values = [typed(value) for value in values]
    named = {name: value for name, value in zip(names, values) if name}
    return [template.render({'seq': int(seq), 'args': values, 'values': named, **named})
            for template in templates]

if guarded(load):
    while True:
        guarded(render)
)python";

}  // namespace app
