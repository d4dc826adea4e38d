package gotool

import (
	"path/filepath"
	"strings"
)

// Bytes kept of the beginning and of the end of an output: the first errors are at the beginning,
// what the kernel or the linker did is at the end.
const (
	headLimit = 128 << 10
	tailLimit = 64 << 10
)

// excerpt keeps the beginning and the end of what is written to it.
type excerpt struct {
	head, tail []byte
	dropped    bool
}

func (e *excerpt) Write(p []byte) (int, error) {
	n := min(len(p), headLimit-len(e.head))
	e.head = append(e.head, p[:n]...)
	e.tail = append(e.tail, p[n:]...)
	if excess := len(e.tail) - tailLimit; excess > 0 {
		e.tail = append([]byte(nil), e.tail[excess:]...)
		e.dropped = true
	}
	return len(p), nil
}

func (e *excerpt) String() string {
	if e.dropped {
		return string(e.head) + "\n…\n" + string(e.tail)
	}
	return string(e.head) + string(e.tail)
}

type collector []byte

func (c *collector) Write(p []byte) (int, error) {
	*c = append(*c, p...)
	return len(p), nil
}

func splitList(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == filepath.ListSeparator })
}
