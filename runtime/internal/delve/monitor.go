package delve

import (
	"context"
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
	// Clients are the connections to dlv but for the monitor's own.
	Clients int
}

// patience is how long one look waits for dlv, whose answer takes a millisecond once it has loaded the program.
const patience = 200 * time.Millisecond

// moment is how long dlv may take from its first answer to letting the program run.
const moment = 2 * time.Second

// Monitor looks at a running dlv. It is not for use by several goroutines at once.
type Monitor struct {
	debugger Debugger
	dlv      int
	program  int
	last     Status
	answered time.Time // for the first time
	up       bool      // it has run
	client   *rpc.Client
	own      net.Addr
	pending  *rpc.Call
	blocks   bool // pending may take as long as the program runs
}

// Monitor returns one for a dlv process, which need not listen yet.
func (d Debugger) Monitor(dlv int) *Monitor {
	return &Monitor{debugger: d, dlv: dlv, last: Status{State: Starting}}
}

// Look says what is. It takes a few milliseconds, and much longer than 200 never.
func (m *Monitor) Look() Status {
	m.last = m.look()
	m.last.Clients = clients(m.debugger.Port, m.own)
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

// begun says Starting for the moment in which dlv answers already and has not yet let the program run.
func (m *Monitor) begun(status Status) Status {
	if m.answered.IsZero() {
		m.answered = time.Now()
	}
	if status.State == Paused && !status.Panicking && !m.up && time.Since(m.answered) < moment {
		return Status{State: Starting}
	}
	m.up = true
	return status
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
		connection, err := net.DialTimeout("tcp", m.debugger.address(), patience)
		if err != nil {
			return nil, nil // it does not listen yet
		}
		m.client, m.own = jsonrpc.NewClient(connection), connection.LocalAddr()
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

// Watch looks every so often until the context ends or the program or dlv did, and tells each change.
func (m *Monitor) Watch(ctx context.Context, every time.Duration, changed func(Status)) {
	defer m.Close()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for told := (Status{}); ; {
		if status := m.Look(); status != told {
			told = status
			changed(status)
		}
		if told.State == Exited || told.State == Gone {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
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
	m.client, m.own, m.pending = nil, nil, nil
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
