package delve

import (
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"regexp"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// State is what the debugger does with the program.
type State string

// The states.
const (
	// Starting: dlv loads the program.
	Starting State = "Starting"
	// Running: the program runs.
	Running State = "Running"
	// Paused: it stands at a breakpoint, or somebody stopped it. It does not see signals until it goes on.
	Paused State = "Paused"
	// Exited: the program ended, and dlv stays for its clients.
	Exited State = "Exited"
	// Gone: dlv ended.
	Gone State = "Gone"
)

// Status is what a Monitor sees.
type Status struct {
	State State
	// ExitCode is the program's, 128+n if signal n ended it. It is set if it Exited.
	ExitCode int
	// Signal is what ended the program; 0 if nothing did.
	Signal syscall.Signal
	// Panicking says that it is Paused because of a panic nobody recovers from, or a fault of the Go runtime: Delve
	// stops it there, and it ends when it goes on.
	Panicking bool
	// Clients are the connections of debuggers' users.
	Clients int
}

// held reports whether a debugger's user holds the program. An editor that goes can leave it paused, with nobody to let
// it go on.
func (s Status) held() bool { return s.State == Paused && s.Clients > 0 }

// patience is how long one look waits for dlv, whose answer takes a millisecond once it has loaded the program.
const patience = 200 * time.Millisecond

// Monitor looks at a running dlv, and lets its program go. It is not for use by several goroutines at once.
type Monitor struct {
	socket   string // of dlv, which need not listen yet
	relay    *relay
	dlv      int
	program  int
	last     Status
	loaded   bool // dlv has the program
	released bool // the program may run
	up       bool // it has run
	client   *rpc.Client
	pending  *rpc.Call
	blocks   bool // pending may take as long as the program runs
}

// Look says what is. It takes a few milliseconds, and much longer than 200 never.
func (m *Monitor) Look() Status {
	m.last = m.look()
	if m.up {
		m.last.Clients = m.relay.clients()
	}
	return m.last
}

func (m *Monitor) look() Status {
	if m.last.State == Exited || m.last.State == Gone {
		return m.last
	}
	if !alive(m.dlv) {
		return Status{State: Gone}
	}
	stopped := m.up && m.stopped()
	if stopped && m.last.State == Paused {
		return m.last
	}
	reply, err := m.ask(!stopped)
	switch {
	case reply != nil:
		return m.begun(reply.status())
	case err != nil:
		if status, ended := exitStatus(err); ended {
			return status
		}
	}
	switch {
	case !m.up:
		return Status{State: Starting}
	case m.stopped():
		return Status{State: Paused}
	case m.program == 0:
		return m.last // it ends, and the next answer says how
	}
	return Status{State: Running}
}

// begun is told what dlv says of the program.
func (m *Monitor) begun(status Status) Status {
	m.loaded = true
	if m.up || status.State != Paused {
		m.up = true
		return status
	}
	m.find()
	if !m.released {
		return Status{State: Starting}
	}
	m.begin()
	return Status{State: Running}
}

// release lets the program run now, or when it is loaded.
func (m *Monitor) release() {
	m.released = true
	if m.loaded && !m.up {
		m.begin()
	}
}

// begin lets the loaded program run. dlv takes no other question on this connection before it does, so that none is
// answered with the stop before the first instruction. Users come only after that answer: the program would run on from
// their breakpoint else, or from where they halted it.
func (m *Monitor) begin() {
	m.resume()
	m.up = true
	_, _ = m.ask(true) // what it says is old when it is next looked at
	m.relay.point(m.socket)
}

type stateIn struct{ NonBlocking bool }

// stateOut is the part of Delve's api.DebuggerState that matters here.
type stateOut struct {
	State struct {
		Running       bool
		Exited        bool `json:"exited"`
		ExitStatus    int  `json:"exitStatus"`
		CurrentThread *struct {
			Breakpoint *struct {
				Name string `json:"name"`
			} `json:"breakPoint"`
		} `json:"currentThread"`
	}
}

// The breakpoints Delve sets itself (proc.UnrecoveredPanic, proc.FatalThrow).
var panics = []string{"unrecovered-panic", "runtime-fatal-throw"}

func (s stateOut) panicking() bool {
	thread := s.State.CurrentThread
	return thread != nil && thread.Breakpoint != nil && slices.Contains(panics, thread.Breakpoint.Name)
}

func (s stateOut) status() Status {
	switch {
	case s.State.Exited:
		return ended(s.State.ExitStatus)
	case s.State.Running:
		return Status{State: Running}
	}
	return Status{State: Paused, Panicking: s.panicking()}
}

// ask returns nil and no error if dlv does not answer in time.
//
// A program that the kernel says is stopped is asked about with a call that may block: one that does not block leaves
// a mutex locked if it comes while Delve writes a core dump, which then never ends (Debugger.State in Delve).
func (m *Monitor) ask(nonBlocking bool) (*stateOut, error) {
	if m.client == nil {
		connection, err := net.Dial("unix", m.socket)
		if err != nil {
			return nil, nil // it does not listen yet
		}
		m.client = jsonrpc.NewClient(connection)
	}
	if m.pending != nil {
		select {
		case call := <-m.pending.Done:
			// the answer is about a time that is over, but an end is for ever
			if _, err := m.done(call); err != nil {
				return nil, err
			}
		default:
			if m.blocks {
				return nil, nil
			}
			// Also one that should not block does, until the program stops, if it began to run in that moment.
		}
	}
	m.blocks = !nonBlocking
	m.pending = m.client.Go("RPCServer.State", stateIn{nonBlocking}, &stateOut{}, make(chan *rpc.Call, 1))
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case call := <-m.pending.Done:
		return m.done(call)
	case <-timer.C:
		return nil, nil
	}
}

func (m *Monitor) done(call *rpc.Call) (*stateOut, error) {
	m.pending = nil
	if call.Error == nil {
		return call.Reply.(*stateOut), nil
	}
	if _, said := call.Error.(rpc.ServerError); !said {
		m.Close() // the connection is lost
	}
	return nil, call.Error
}

// Program is the process id of the program, 0 if it is not known yet or ended.
func (m *Monitor) Program() int {
	m.find()
	return m.program
}

// resume lets a paused program go on.
func (m *Monitor) resume() {
	if m.client != nil {
		m.client.Go("RPCServer.Command", map[string]string{"name": "continue"}, &struct{}{}, make(chan *rpc.Call, 1))
	}
}

// Close closes the monitor's connection. Neither dlv nor the program sees anything else of it.
func (m *Monitor) Close() {
	if m.client != nil {
		_ = m.client.Close()
	}
	m.client, m.pending = nil, nil
}

// Delve answers each question about a program that ended with this error (proc.ErrProcessExited).
var hasExited = regexp.MustCompile(`^Process \d+ has exited with status (-?\d+)`)

func exitStatus(err error) (Status, bool) {
	match := hasExited.FindStringSubmatch(err.Error())
	if match == nil {
		return Status{}, false
	}
	code, err := strconv.Atoi(match[1])
	return ended(code), err == nil
}

// ended reads Delve's exit status: -n for signal n.
func ended(code int) Status {
	if code < 0 {
		return Status{State: Exited, ExitCode: 128 - code, Signal: syscall.Signal(-code)}
	}
	return Status{State: Exited, ExitCode: code}
}
