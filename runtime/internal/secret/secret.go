// Package secret keeps credentials out of what godevd writes.
package secret

import (
	"bytes"
	"cmp"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"godev.io/runtime/internal/envvars"
)

// userinfo stops at a slash: module paths such as host/path@v1.2.3 stay as they are.
var userinfo = regexp.MustCompile(`://[^\s/"'<>]+@`)

// Names of variables whose value may hold the URL of a server with a user and a password.
var urlVariables = []string{
	"GOPROXY", "GOSUMDB",
	"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy",
}

// A word shorter than this is not hidden outside a URL: hiding it would make other text unreadable.
const (
	shortestPassword = 4
	// tokens are also given as the login of a netrc line; names of people are shorter
	shortestLogin = 16
)

// Scrubber replaces secrets in texts. A zero or nil Scrubber knows only the userinfo of URLs. It may be used from several
// goroutines.
type Scrubber struct {
	mu sync.RWMutex
	// words are replaced as a whole, never changed
	words []string
}

// NewScrubber knows the passwords in the netrc file and in the proxy URLs of the environment.
func NewScrubber(vars envvars.Vars) *Scrubber {
	words := fromNetrc(netrcPath(vars))
	for _, name := range urlVariables {
		words = append(words, fromURLs(vars.Get(name))...)
	}
	s := &Scrubber{}
	s.Add(words...)
	return s
}

// Add makes more secrets known, also to the Writers made before.
func (s *Scrubber) Add(words ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := slices.Clone(s.words)
	for _, word := range words {
		known = appendLong(known, word, shortestPassword)
	}
	// a secret that contains another is replaced first
	slices.SortFunc(known, func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b))
	})
	s.words = slices.Compact(known)
}

// Scrub returns the text with every known secret and every URL's userinfo hidden.
func (s *Scrubber) Scrub(text string) string {
	for _, word := range s.known() {
		text = strings.ReplaceAll(text, word, "***")
	}
	return userinfo.ReplaceAllString(text, "://")
}

func (s *Scrubber) known() []string {
	if s == nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.words
}

// Writer passes whole lines on to w, scrubbed. Flush passes on an unfinished last line.
func (s *Scrubber) Writer(w io.Writer) *Writer { return &Writer{scrubber: s, to: w} }

// Writer is an io.Writer; it may be used from several goroutines.
type Writer struct {
	scrubber *Scrubber
	to       io.Writer
	mu       sync.Mutex
	partial  []byte
}

func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.partial = append(w.partial, p...)
	end := bytes.LastIndexByte(w.partial, '\n') + 1
	if end == 0 {
		return len(p), nil
	}
	_, err := io.WriteString(w.to, w.scrubber.Scrub(string(w.partial[:end])))
	w.partial = append([]byte(nil), w.partial[end:]...)
	return len(p), err
}

// Flush writes what has no line end yet.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := io.WriteString(w.to, w.scrubber.Scrub(string(w.partial)))
	w.partial = nil
	return err
}

func netrcPath(vars envvars.Vars) string {
	if path := vars.Get("NETRC"); path != "" {
		return path
	}
	return filepath.Join(vars.Get("HOME"), ".netrc")
}

func fromNetrc(path string) []string {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var words []string
	fields := strings.Fields(string(content))
	for i := 0; i+1 < len(fields); i++ {
		switch value := fields[i+1]; fields[i] {
		case "password", "account":
			words = appendLong(words, value, shortestPassword)
			i++
		case "login":
			words = appendLong(words, value, shortestLogin)
			i++
		}
	}
	return words
}

func fromURLs(list string) []string {
	var words []string
	for _, entry := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '|' || r == ' ' }) {
		_, rest, _ := strings.Cut(entry, "://")
		// up to the last @: the password of a URL that does not parse may hold a slash
		at := strings.LastIndexByte(rest, '@')
		if at < 0 {
			continue
		}
		user, password, _ := strings.Cut(rest[:at], ":")
		words = appendLong(words, rest[:at], shortestPassword)
		words = appendLong(words, password, shortestPassword)
		words = appendLong(words, user, shortestLogin)
		if plain, err := url.PathUnescape(password); err == nil {
			words = appendLong(words, plain, shortestPassword)
		}
	}
	return words
}

func appendLong(words []string, word string, shortest int) []string {
	if len(word) < shortest {
		return words
	}
	return append(words, word)
}
