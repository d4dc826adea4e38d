package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"godev.io/runtime/internal/termination"
)

// Limit is the number of bytes of a report.
const Limit = 16 << 10

// encode returns the state as JSON of at most Limit bytes, each text scrubbed. What does not fit is left out as in a
// termination message: the oldest of the last lines, then the ends of the longest texts.
func encode(state State, scrub func(string) string) []byte {
	state.Program.LastLines = slices.Clone(state.Program.LastLines)
	for _, text := range texts(&state) {
		*text = scrub(*text)
	}
	for _, at := range []*time.Time{&state.Build.Time, &state.Reloads.Time, &state.Program.Since, &state.Activity, &state.Use.Since} {
		*at = at.UTC().Truncate(time.Millisecond)
	}
	encoded := marshal(state)
	for len(encoded) > Limit && len(state.Program.LastLines) > 1 {
		state.Program.LastLines = state.Program.LastLines[1:]
		encoded = marshal(state)
	}
	for len(encoded) > Limit {
		longest := slices.MaxFunc(texts(&state), func(one, other *string) int { return len(*one) - len(*other) })
		if !termination.Shorten(longest) {
			break
		}
		encoded = marshal(state)
	}
	return encoded
}

// texts are those that others than godevd wrote.
func texts(state *State) []*string {
	all := []*string{
		&state.Watch.Detail, &state.Build.Package, &state.Build.Detail, &state.Build.File, &state.Build.Error,
		&state.Program.Detail, &state.Program.Signal, &state.Debugger.Detail, &state.Source.Message,
	}
	for i := range state.Program.LastLines {
		all = append(all, &state.Program.LastLines[i])
	}
	return all
}

func marshal(state State) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // <, > and & stay one byte each
	if err := encoder.Encode(state); err != nil {
		panic(err) // strings and finite numbers always encode
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
