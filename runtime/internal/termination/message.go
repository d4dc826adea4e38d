// Package termination defines the message godevd leaves for the operator when a container ends, and writes it.
//
// The kubelet reads it from the container's terminationMessagePath into the pod's status
// (https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/).
package termination

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// Limit is the number of bytes of a termination message the kubelet keeps.
const Limit = 4096

// DefaultPath is the terminationMessagePath of a container that names none.
const DefaultPath = "/dev/termination-log"

// Message is the whole termination message: one JSON object. A member that has no value is absent.
type Message struct {
	// Phase is the verb that ended.
	Phase Phase `json:"phase"`
	// Result is Succeeded or Failed.
	Result Result `json:"result"`
	// Seconds is how long the phase took.
	Seconds float64 `json:"seconds,omitempty"`
	// Reason is why it ended; only run has one for a success (Completed, Stopped).
	Reason Reason `json:"reason,omitempty"`
	// Detail is a text for people: what happened, which field of the spec is meant, what to do.
	Detail string `json:"detail,omitempty"`
	// File is where the first build error is, relative to the workspace with slashes.
	File string `json:"file,omitempty"`
	// Line counts from 1.
	Line int `json:"line,omitempty"`
	// Column counts bytes from 1.
	Column int `json:"column,omitempty"`
	// Error is the first build error without its place.
	Error string `json:"error,omitempty"`
	// ExitCode is the program's, 128+n if signal n ended it.
	ExitCode int `json:"exitCode,omitempty"`
	// Signal is the name of the signal that ended the program, such as "killed".
	Signal string `json:"signal,omitempty"`
	// LastLines are the last lines the program wrote, oldest first.
	LastLines []string `json:"lastLines,omitempty"`
	// BuildSeconds is how long the build took.
	BuildSeconds float64 `json:"buildSeconds,omitempty"`
	// Package is the package that was built, relative to the workspace, such as "./cmd/x".
	Package string `json:"package,omitempty"`
}

// Failure is an error that knows how it is reported.
type Failure struct {
	Reason Reason
	Detail string
	// File, Line, Column and Problem (without the place) are set for errors in the user's source.
	File         string
	Line, Column int
	Problem      string
	// Cause may be nil.
	Cause error
}

// Failuref returns a Failure with a formatted detail. A %w operand becomes its cause.
func Failuref(reason Reason, format string, args ...any) *Failure {
	err := fmt.Errorf(format, args...)
	return &Failure{Reason: reason, Detail: err.Error(), Cause: errors.Unwrap(err)}
}

func (f *Failure) Error() string { return string(f.Reason) + ": " + f.Detail }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// OfError is the message of a phase that failed with err. An error that is no Failure gets the reason otherwise.
func OfError(phase Phase, err error, otherwise Reason) Message {
	message := Message{Phase: phase, Result: Failed, Reason: otherwise, Detail: err.Error()}
	var failure *Failure
	if errors.As(err, &failure) {
		message.Reason, message.Detail = failure.Reason, failure.Detail
		message.File, message.Line, message.Column = failure.File, failure.Line, failure.Column
		message.Error = failure.Problem
	}
	return message
}

// Round returns d in seconds with three decimals; less than a millisecond stays as it is, so that it is not 0.
func Round(d time.Duration) float64 {
	if d < time.Millisecond {
		return d.Seconds()
	}
	// not Duration.Seconds, whose sum of two parts prints as 3.6470000000000002
	return float64(d.Round(time.Millisecond).Milliseconds()) / 1000
}

// Write puts the message into the file at path, scrubbing each text first.
// Without that file, which the kubelet makes, there is nobody to read the message and nothing is written.
func Write(path string, message Message, scrub func(string) string) error {
	message.Detail, message.Error = scrub(message.Detail), scrub(message.Error)
	lines := make([]string, len(message.LastLines))
	for i, line := range message.LastLines {
		lines[i] = scrub(line)
	}
	message.LastLines = lines
	// no rename: the file is a mount point
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("termination message: %w", err)
	}
	_, err = file.Write(Encode(message, Limit))
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("termination message: %w", err)
	}
	return nil
}

// Encode returns the message as JSON of at most limit bytes. What does not fit is left out in this order:
// the oldest of the last lines, then the ends of the longest texts.
func Encode(message Message, limit int) []byte {
	encoded := marshal(message)
	for len(encoded) > limit && len(message.LastLines) > 1 {
		message.LastLines = message.LastLines[1:]
		encoded = marshal(message)
	}
	if len(message.LastLines) == 1 {
		message.LastLines = []string{message.LastLines[0]}
	}
	for len(encoded) > limit {
		if !Shorten(longest(&message)) {
			break
		}
		encoded = marshal(message)
	}
	return encoded
}

func longest(message *Message) *string {
	texts := []*string{&message.Detail, &message.Error, &message.File, &message.Package, &message.Signal}
	for i := range message.LastLines {
		texts = append(texts, &message.LastLines[i])
	}
	found := texts[0]
	for _, text := range texts[1:] {
		if len(*text) > len(*found) {
			found = text
		}
	}
	return found
}

// Shorten takes a sixteenth off the text's end, whole runes only, and reports whether there was one to take.
func Shorten(text *string) bool {
	kept := strings.TrimSuffix(*text, "…")
	if kept == "" {
		*text = ""
		return false
	}
	end := len(kept) - max(1, len(kept)/16)
	for end > 0 && !utf8.RuneStart(kept[end]) {
		end--
	}
	*text = ""
	if end > 0 {
		*text = kept[:end] + "…"
	}
	return true
}

func marshal(message Message) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	// <, > and & stay one byte each: nobody reads this as HTML
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(message); err != nil {
		panic(err) // strings and finite numbers always encode
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
