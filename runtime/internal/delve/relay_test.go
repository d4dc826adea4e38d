package delve

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// named listens as a dlv does, and greets with its name.
func named(t *testing.T, name string) string {
	t.Helper()
	socket, err := newSocket()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = listener.Close()
		removeSocket(socket)
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				fmt.Fprintln(conn, name)
				_, _ = io.Copy(conn, conn)
				_ = conn.Close()
			}()
		}
	}()
	return socket
}

func newRelay(t *testing.T) (*relay, string) {
	t.Helper()
	debugger := Debugger{Port: freePort(t)}
	r, err := debugger.relay()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sync.OnceFunc(func() {
		select {
		case <-r.closed:
		default:
			r.close()
		}
	}))
	return r, debugger.address()
}

type caller struct {
	net.Conn
	t  *testing.T
	in *bufio.Reader
}

func call(t *testing.T, address string) *caller {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	return &caller{conn, t, bufio.NewReader(conn)}
}

func (c *caller) hears(want string) {
	c.t.Helper()
	if got, err := c.in.ReadString('\n'); err != nil || got != want+"\n" {
		c.t.Errorf("%q, %v, not %q", got, err, want)
	}
}

func (c *caller) ended() {
	c.t.Helper()
	if got, err := c.in.ReadString('\n'); err == nil || os.IsTimeout(err) {
		c.t.Errorf("the connection goes on: %q, %v", got, err)
	}
}

func TestAConnectionWaitsForADlvThatHasAProgram(t *testing.T) {
	r, address := newRelay(t)
	early := call(t, address)
	fmt.Fprintln(early, "an early question")
	time.Sleep(50 * time.Millisecond)
	if n := r.clients(); n != 0 {
		t.Errorf("%d clients of no dlv", n)
	}
	r.point(named(t, "first"))
	early.hears("first")
	early.hears("an early question")
	if n := r.clients(); n != 1 {
		t.Errorf("%d clients", n)
	}
	_ = early.Close()
	until(t, "nobody", func() bool { return r.clients() == 0 })
}

func TestConnectionsGoToTheDlvOfTheProgramThatRuns(t *testing.T) {
	r, address := newRelay(t)
	first, second := named(t, "first"), named(t, "second")
	r.point(first)
	old := []*caller{call(t, address), call(t, address)}
	for _, c := range old {
		c.hears("first")
	}
	r.point(second)
	for _, c := range old {
		c.ended()
	}
	next := call(t, address)
	next.hears("second")
	fmt.Fprintln(next, "a question")
	next.hears("a question")
	until(t, "one client", func() bool { return r.clients() == 1 })
}

func TestTheEndOfTheRelayEndsEachConnectionAndFreesThePort(t *testing.T) {
	r, address := newRelay(t)
	r.point(named(t, "first"))
	served := call(t, address)
	served.hears("first")
	r.point("")
	served.ended()
	waits := call(t, address)
	time.Sleep(20 * time.Millisecond)
	r.close()
	waits.ended()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
}

func TestAShortageOfFilesDoesNotEndTheRelay(t *testing.T) {
	// Given
	r, address := newRelay(t)
	r.point(named(t, "first"))
	time.Sleep(50 * time.Millisecond) // all wait for connections already: the kernel looks for a free file first
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(socket)

	// When
	few := limit
	few.Cur = 3
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	err = syscall.Connect(socket, &syscall.SockaddrInet4{Port: r.listener.Addr().(*net.TCPAddr).Port, Addr: [4]byte{127, 0, 0, 1}})
	time.Sleep(2 * shortage)
	if restored := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || restored != nil {
		t.Fatal(err, restored)
	}

	// Then
	call(t, address).hears("first")
}

func TestADlvThatDoesNotListenYetIsTriedAgain(t *testing.T) {
	// Given
	r, address := newRelay(t)
	late, listening := filepath.Join(t.TempDir(), "dlv"), named(t, "late")
	r.point(late)
	waits := call(t, address)
	time.Sleep(shortage / 2)

	// When
	if err := os.Symlink(listening, late); err != nil {
		t.Fatal(err)
	}

	// Then
	waits.hears("late")
}

func TestNotAnyNumberOfConnectionsWaits(t *testing.T) {
	// Given
	r, address := newRelay(t)
	var waits []*caller
	for range mostWaiting {
		waits = append(waits, call(t, address))
	}
	until(t, "all to wait", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.waiting == mostWaiting
	})

	// When
	one := call(t, address)

	// Then
	one.ended()
	r.point(named(t, "first"))
	for _, c := range waits {
		c.hears("first")
	}
	call(t, address).hears("first") // nobody waits any more
}
