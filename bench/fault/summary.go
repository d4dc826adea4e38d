package fault

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"godev.io/bench/internal/faultproxy"
)

// summary is how often each thing was written with success.
type summary map[string]int

const status = "patch godevenvironments/status"

func isStatus(key string) bool { return strings.HasPrefix(key, status) }

func summarize(writes []faultproxy.Write) summary {
	s := summary{}
	for _, w := range writes {
		if w.Succeeded() {
			s[w.Key()]++
		}
	}
	return s
}

// difference says what was written too often or not at all, empty if all is as it should be. More writes of the status
// than wanted are allowed up to extra; fewer always, since what comes at once is said at once.
func (s summary) difference(want summary, extra int) string {
	var text strings.Builder
	keys := maps.Clone(want)
	maps.Copy(keys, s)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		got, wanted := s[key], want[key]
		if isStatus(key) && got <= wanted+extra && (got > 0) == (wanted > 0) {
			continue
		}
		if got != wanted {
			fmt.Fprintf(&text, "%s: %d times instead of %d\n", key, got, wanted)
		}
	}
	return text.String()
}

// of are the writes in a namespace.
func of(namespace string, writes []faultproxy.Write) []faultproxy.Write {
	return slices.DeleteFunc(slices.Clone(writes), func(w faultproxy.Write) bool { return w.Namespace != namespace })
}

func listing(writes []faultproxy.Write) string {
	var text strings.Builder
	for _, w := range writes {
		fmt.Fprintln(&text, w)
	}
	return text.String()
}
