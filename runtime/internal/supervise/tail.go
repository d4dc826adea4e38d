package supervise

import (
	"bytes"
	"strings"
	"sync"
)

// Bounds of what a termination message repeats of the program's output.
const (
	tailLines = 20
	tailWidth = 400
)

// tail keeps the last lines of several streams, in the order in which the lines ended.
type tail struct {
	mu    sync.Mutex
	lines []string
	open  []*stream
}

// stream is one of the program's outputs.
type stream struct {
	tail    *tail
	partial []byte
}

func (t *tail) stream() *stream {
	s := &stream{tail: t}
	t.open = append(t.open, s)
	return s
}

func (s *stream) Write(p []byte) (int, error) {
	s.tail.mu.Lock()
	defer s.tail.mu.Unlock()
	n := len(p)
	for {
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		if room := tailWidth - len(s.partial); room > 0 {
			s.partial = append(s.partial, line[:min(room, len(line))]...)
		}
		if !ended {
			return n, nil
		}
		s.tail.add(s.partial)
		s.partial, p = s.partial[:0], rest
	}
}

func (t *tail) add(line []byte) {
	text := strings.TrimRight(strings.ToValidUTF8(string(line), ""), "\r")
	t.lines = append(t.lines, text)
	if len(t.lines) > tailLines {
		t.lines = append([]string(nil), t.lines[len(t.lines)-tailLines:]...)
	}
}

// last returns the lines, oldest first, an unfinished one too.
func (t *tail) last() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.open {
		if len(s.partial) > 0 {
			t.add(s.partial)
			s.partial = s.partial[:0]
		}
	}
	return t.lines
}
