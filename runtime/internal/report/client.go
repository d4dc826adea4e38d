package report

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Config is where reports go, and what the environment is like before there is news.
type Config struct {
	URL string
	// TokenFile holds the token, which the kubelet renews.
	TokenFile string
	// CAFile holds the certificates of the authority the endpoint is trusted by. Without a certificate in it nobody
	// wants reports.
	CAFile string
	// Scrub hides secrets.
	Scrub func(string) string
	Log   io.Writer

	pace pace
	// dial makes connections, nil for the network's.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// pace are the times of a client.
type pace struct {
	// least is the time from one report to the next, activity that to a report of activity alone.
	least, activity time.Duration
	// From the first wait to the longest after the operator did not answer, and the wait after it refused.
	first, longest, refused time.Duration
	// authority is how often the file of certificates is looked at while it has none.
	authority time.Duration
}

var defaultPace = pace{
	least: 250 * time.Millisecond, activity: 5 * time.Minute,
	first: time.Second, longest: 30 * time.Second, refused: time.Minute, authority: 10 * time.Second,
}

// Client reports in the background; nothing waits for it. The zero Client keeps the state and tells nobody.
type Client struct {
	config Config
	quiet  string
	news   chan struct{}

	mu    sync.Mutex
	state State
}

// New returns a client whose operator takes the quiet state for granted: it is told what differs from it.
func New(config Config, quiet State) *Client {
	if config.pace == (pace{}) {
		config.pace = defaultPace
	}
	return &Client{config: config, state: quiet, quiet: facts(quiet), news: make(chan struct{}, 1)}
}

// Update changes the state, and has it reported if that made news of it.
func (c *Client) Update(change func(*State)) {
	c.mu.Lock()
	change(&c.state)
	c.mu.Unlock()
	select {
	case c.news <- struct{}{}:
	default: // a look at the state is due already
	}
}

// Now returns the state.
func (c *Client) Now() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Run reports until the context ends.
func (c *Client) Run(ctx context.Context) {
	s := &sender{Client: c, told: c.quiet, logged: map[string]bool{}, endpoint: endpoint{dial: c.config.dial}}
	defer s.endpoint.close()
	for {
		var timer <-chan time.Time
		if due, news := s.due(c.Now()); news {
			timer = time.After(time.Until(due))
		}
		select {
		case <-ctx.Done():
			return
		case <-c.news:
		case <-timer:
			s.report(ctx)
		}
	}
}

// sender belongs to the goroutine of Run.
type sender struct {
	*Client
	// told are the facts the operator knows, activity the one it knows
	told     string
	activity time.Time
	// refused are the facts the operator did not want
	refused  string
	sent     time.Time
	sequence int64
	// failures in a row, and when the next try is due after them
	failures int
	again    time.Time
	logged   map[string]bool
	endpoint endpoint
}

// due is when the state is to be reported, and whether it is to be at all.
func (s *sender) due(state State) (time.Time, bool) {
	due, now := s.sent.Add(s.config.pace.least), facts(state)
	if now == s.told {
		if !state.Activity.Truncate(time.Minute).After(s.activity) {
			return due, false
		}
		due = later(due, s.activity.Add(s.config.pace.activity))
	}
	if s.refused != "" && now != s.refused {
		return due, true
	}
	return later(due, s.again), true
}

func later(one, other time.Time) time.Time {
	if other.After(one) {
		return other
	}
	return one
}

// facts are what makes news: all but the sequence and the activity.
func facts(state State) string {
	state.Sequence, state.Activity = 0, time.Time{}
	if state.Program.State == "Running" {
		state.Program.Since = time.Time{} // a start that is not told of otherwise is the first
	}
	return string(marshal(state))
}

func (s *sender) log(kind, format string, args ...any) {
	if !s.logged[kind] {
		s.logged[kind] = true
		fmt.Fprintf(s.config.Log, "report: "+format+"\n", args...)
	}
}
