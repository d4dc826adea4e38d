package delve

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"godev.io/runtime/internal/termination"
)

// waiting is how long a connection waits for a dlv that has a program, as while one is loaded.
const waiting = 30 * time.Second

// mostWaiting is how many connections wait at most: each holds a file, which the program may need.
const mostWaiting = 64

// shortage is how long the relay waits when the kernel cannot give it a connection, or dlv does not take one.
const shortage = 100 * time.Millisecond

// relay listens on the debugger's port, and passes connections on to the dlv whose program runs now. So the port is
// never free for another, one dlv can load its program while the one before still has its own, and the connections can
// be counted.
type relay struct {
	listener net.Listener
	closed   chan struct{}

	mu      sync.Mutex
	target  string        // the socket of dlv, "" while there is none
	pointed chan struct{} // is closed when there is a new target
	joined  map[net.Conn]bool
	waiting int
}

func (d Debugger) relay() (*relay, error) {
	listener, err := net.Listen("tcp", d.address())
	if err != nil {
		return nil, termination.Failuref(termination.DelveFailed,
			"spec.debug.port: the debugger cannot listen: %w. Choose a port that the program does not use.", err)
	}
	r := &relay{listener: listener, closed: make(chan struct{}), pointed: make(chan struct{}), joined: map[net.Conn]bool{}}
	go r.accept()
	return r, nil
}

func (r *relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err == nil {
			go r.serve(client)
			continue
		}
		select {
		case <-r.closed:
			return
		case <-time.After(shortage): // of files or memory, which passes
		}
	}
}

// point has connections go to another dlv from now on, and ends those to the one before.
func (r *relay) point(socket string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.target = socket
	for client := range r.joined {
		_ = client.Close()
	}
	clear(r.joined)
	if socket != "" {
		close(r.pointed)
		r.pointed = make(chan struct{})
	}
}

// leave has connections wait, if they go to this dlv, which ended.
func (r *relay) leave(socket string) {
	r.mu.Lock()
	last := r.target == socket
	r.mu.Unlock()
	if last {
		r.point("")
	}
}

// clients is how many are connected to the dlv.
func (r *relay) clients() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.joined)
}

func (r *relay) serve(client net.Conn) {
	defer client.Close()
	dlv := r.join(client)
	if dlv == nil {
		return
	}
	defer dlv.Close()
	go func() {
		_, _ = io.Copy(dlv, client)
		_ = dlv.Close()
	}()
	_, _ = io.Copy(client, dlv)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.joined, client)
}

// join connects to the dlv, nil if there is none for too long, or too many wait for it.
func (r *relay) join(client net.Conn) net.Conn {
	timer := time.NewTimer(waiting)
	defer timer.Stop()
	waits := false
	defer func() { r.wait(&waits, false) }()
	for {
		dlv, pointed, again := r.try(client)
		if dlv != nil {
			return dlv
		}
		if !r.wait(&waits, true) {
			return nil
		}
		select {
		case <-pointed:
		case <-again:
		case <-timer.C:
			return nil
		case <-r.closed:
			return nil
		}
	}
}

// try connects to the dlv. Else it returns what tells of another, and when to try this one again.
func (r *relay) try(client net.Conn) (dlv net.Conn, pointed <-chan struct{}, again <-chan time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.target != "" {
		var err error
		if dlv, err = net.Dial("unix", r.target); err == nil {
			r.joined[client] = true
			return dlv, nil, nil
		}
		again = time.After(shortage)
	}
	return nil, r.pointed, again
}

// wait counts the connection among those that wait, or not any more; it reports whether it may wait.
func (r *relay) wait(waits *bool, wanted bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case *waits == wanted:
	case !wanted:
		r.waiting--
	case r.waiting == mostWaiting:
		return false
	default:
		r.waiting++
	}
	*waits = wanted
	return true
}

// close frees the port.
func (r *relay) close() {
	close(r.closed)
	_ = r.listener.Close()
	r.point("")
}

// newSocket returns the path of a socket for a dlv, in a folder of its own that only this user may enter.
func newSocket() (string, error) {
	dir, err := os.MkdirTemp("", "godevd-")
	if err != nil {
		return "", fmt.Errorf("the debugger's socket: %w", err)
	}
	return filepath.Join(dir, "dlv"), nil
}

func removeSocket(path string) { _ = os.RemoveAll(filepath.Dir(path)) }
