package cli

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// waiter is a buffer whose reader can wait for a text.
type waiter struct {
	mu   sync.Mutex
	text bytes.Buffer
	more []chan struct{}
}

func (w *waiter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, channel := range w.more {
		close(channel)
	}
	w.more = nil
	return w.text.Write(p)
}

func (w *waiter) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// wait returns when the text was written so many times.
func (w *waiter) wait(t *testing.T, text string, times int) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		w.mu.Lock()
		found := strings.Count(w.text.String(), text)
		channel := make(chan struct{})
		w.more = append(w.more, channel)
		w.mu.Unlock()
		if found >= times {
			return
		}
		select {
		case <-channel:
		case <-deadline:
			t.Fatalf("%q was written %d times, not %d, in: %s", text, found, times, w)
		}
	}
}
