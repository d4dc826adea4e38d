package faultproxy

import (
	"io"
	"net/http"
	"slices"
	"sync"
)

// watch is an open one.
type watch struct {
	resource string
	frame    func(message []byte) []byte
	client   io.Writer
	close    func()

	mu   sync.Mutex // held while something is written to the client
	thaw chan struct{}
}

type watches struct {
	mu   sync.Mutex
	open map[*watch]bool
	// next is what those that open now wait for
	next chan struct{}
}

// OpenWatches returns the resources of the watches that are open, sorted.
func (p *Proxy) OpenWatches() []string {
	var resources []string
	for _, w := range p.watches.list() {
		resources = append(resources, w.resource)
	}
	slices.Sort(resources)
	return resources
}

// CutWatches closes the connections of all open watches and returns how many there were.
func (p *Proxy) CutWatches() int { return p.watches.cut() }

// FreezeWatches lets no byte pass in any open watch, while the connections stay up, until thaw is called; then goes on
// what was held. With later it is those that open meanwhile too: they open and show nothing.
func (p *Proxy) FreezeWatches(later bool) (thaw func()) {
	ice := make(chan struct{})
	p.watches.mu.Lock()
	defer p.watches.mu.Unlock()
	for w := range p.watches.open {
		w.freeze(ice)
	}
	if later {
		p.watches.next = ice
	}
	return sync.OnceFunc(func() {
		p.watches.mu.Lock()
		defer p.watches.mu.Unlock()
		if p.watches.next == ice {
			p.watches.next = nil
		}
		close(ice)
	})
}

// SendEvent sends a watch event to the client of every open watch of the resources (all without any), and returns to how
// many.
func (p *Proxy) SendEvent(event []byte, resources ...string) int {
	return p.toEach(func(w *watch) []byte { return w.frame(event) }, resources)
}

// SendBytes is SendEvent for what is no event at all.
func (p *Proxy) SendBytes(content []byte, resources ...string) int {
	return p.toEach(func(*watch) []byte { return content }, resources)
}

// GoneEvent is what the API server sends when a watch has come to a version that it does not have any more.
func GoneEvent() []byte {
	return append(append([]byte(`{"type":"ERROR","object":`), status(http.StatusGone)...), '}')
}

func (p *Proxy) toEach(content func(*watch) []byte, resources []string) int {
	sent := 0
	for _, w := range p.watches.list() {
		if len(resources) > 0 && !slices.Contains(resources, w.resource) {
			continue
		}
		if w.write(content(w)) == nil {
			sent++
		}
	}
	return sent
}

func (ws *watches) list() []*watch {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var open []*watch
	for w := range ws.open {
		open = append(open, w)
	}
	return open
}

func (ws *watches) cut() int {
	open := ws.list()
	for _, w := range open {
		w.close()
	}
	return len(open)
}

// add makes a watch one of those that are open. Its client may not know yet: the caller has locked it, so that nothing
// comes before the beginning of the answer.
func (ws *watches) add(w *watch) (remove func()) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	w.thaw = ws.next
	ws.open[w] = true
	return func() {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		delete(ws.open, w)
	}
}

func (w *watch) freeze(ice chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.thaw = ice
}

// gate returns when the watch is not frozen, or not open any more.
func (w *watch) gate(closed <-chan struct{}) {
	w.mu.Lock()
	ice := w.thaw
	w.mu.Unlock()
	if ice == nil {
		return
	}
	select {
	case <-ice:
	case <-closed:
	}
}

func (w *watch) write(content []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.client.Write(content)
	return err
}

func (p *Proxy) watch(w http.ResponseWriter, r *http.Request, fault *Fault) {
	if fault.Before != nil {
		fault.Before()
		panic(http.ErrAbortHandler)
	}
	if !wait(r, fault.Delay) {
		panic(http.ErrAbortHandler)
	}
	if fault.Status != 0 {
		fault.refuse(w)
		return
	}
	if r.Header.Get("Upgrade") != "" {
		p.webSocket(w, r)
	} else {
		p.lines(w, r)
	}
}
