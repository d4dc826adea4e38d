package faultproxy

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
)

// lists keeps the answers to lists, to give them again when they are old.
type lists struct {
	mu      sync.Mutex
	keeping bool
	kept    map[string]answer
	replay  []string
	lie     bool
	replays int
}

// KeepLists starts or ends keeping the answer to each list; a later answer takes the place of an earlier one.
func (p *Proxy) KeepLists(on bool) {
	p.lists.mu.Lock()
	defer p.lists.mu.Unlock()
	p.lists.keeping = on
}

// ReplayLists answers lists of these resources with what was kept, with its old resourceVersion, until it is called with
// none. Only lists that may be old are (resourceVersion=0), as an API server whose cache is behind would answer them
// (https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list); with lie it is all of them.
func (p *Proxy) ReplayLists(lie bool, resources ...string) {
	p.lists.mu.Lock()
	defer p.lists.mu.Unlock()
	p.lists.lie, p.lists.replay = lie, resources
}

// Replays is how many lists were answered with an old one.
func (p *Proxy) Replays() int {
	p.lists.mu.Lock()
	defer p.lists.mu.Unlock()
	return p.lists.replays
}

// key is what a list asks for, whatever the page size and the version.
func key(u *url.URL) string {
	return u.Path + "?" + u.Query().Get("labelSelector") + "&" + u.Query().Get("fieldSelector")
}

func isList(r *http.Request) bool {
	t := parse(r.URL.Path)
	return r.Method == http.MethodGet && t.resource != "" && t.name == ""
}

func (l *lists) keep(r *http.Request, a answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keeping && isList(r) && a.status == http.StatusOK {
		l.kept[key(r.URL)] = a
	}
}

func (l *lists) replayed(r *http.Request) (answer, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !isList(r) || !slices.Contains(l.replay, parse(r.URL.Path).resource) {
		return answer{}, false
	}
	if !l.lie && r.URL.Query().Get("resourceVersion") != "0" {
		return answer{}, false
	}
	old, ok := l.kept[key(r.URL)]
	if ok {
		l.replays++
	}
	return old, ok
}
