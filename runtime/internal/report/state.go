// Package report tells the operator what the environment's program does, as long as it runs: the whole state each
// time, so that the next report makes up for one that was lost.
package report

import (
	"time"
)

// State is all the operator is told. What has no value is absent.
type State struct {
	// Sequence rises with each report of an environment.
	Sequence int64     `json:"sequence"`
	Watch    Watch     `json:"watch,omitzero"`
	Build    Build     `json:"build,omitzero"`
	Reloads  Reloads   `json:"reloads,omitzero"`
	Program  Program   `json:"program,omitzero"`
	Debugger Debugger  `json:"debugger,omitzero"`
	Source   Source    `json:"source,omitzero"`
	Activity time.Time `json:"activity,omitzero"`
	Use      Use       `json:"use,omitzero"`
}

// Use is whether somebody works in the environment. It is told where the operator asks for it, and when it changes.
type Use struct {
	// State is Active, Quiet (nobody has for a part of the time that counts) or Idle (for all of it).
	State string `json:"state,omitempty"`
	// Since is when the last work ended; zero while some goes on.
	Since time.Time `json:"since,omitzero"`
	// Kind is what goes on, or was last.
	Kind string `json:"kind,omitempty"`
}

// Watch is how files are watched.
type Watch struct {
	// Method is Off, Notify or Poll.
	Method string `json:"method,omitempty"`
	// Detail says why it polls.
	Detail string `json:"detail,omitempty"`
}

// Build is the last build by a change, or the one that runs.
type Build struct {
	// State is Building, Succeeded or Failed.
	State string `json:"state,omitempty"`
	// Time is when it began if it runs, else when it ended.
	Time    time.Time `json:"time,omitzero"`
	Seconds float64   `json:"seconds,omitempty"`
	Package string    `json:"package,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Detail  string    `json:"detail,omitempty"`
	File    string    `json:"file,omitempty"`
	Line    int       `json:"line,omitempty"`
	Column  int       `json:"column,omitempty"`
	Error   string    `json:"error,omitempty"`
}

// Reloads are the programs that replaced another.
type Reloads struct {
	Count int `json:"count,omitempty"`
	// Failed counts the builds by a change that failed.
	Failed int       `json:"failed,omitempty"`
	Time   time.Time `json:"time,omitzero"`
	// Seconds is the time from the first event of the change to the start of the new program.
	Seconds float64 `json:"seconds,omitempty"`
}

// Program is what the program does.
type Program struct {
	// State is Running, Restarting, Failed, Completed or Waiting.
	State     string    `json:"state,omitempty"`
	Since     time.Time `json:"since,omitzero"`
	Reason    string    `json:"reason,omitempty"`
	Detail    string    `json:"detail,omitempty"`
	ExitCode  int       `json:"exitCode,omitempty"`
	Signal    string    `json:"signal,omitempty"`
	LastLines []string  `json:"lastLines,omitempty"`
}

// Debugger is what the debugger does.
type Debugger struct {
	// State is Off, Listening, Attached, Paused, Refused or Failed.
	State  string `json:"state,omitempty"`
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Source is what the workspace holds where it follows a repository, or mirrors a folder.
type Source struct {
	// State is Current, LocalEdits or Failed.
	State string `json:"state,omitempty"`
	// Commit is the full hash of the one in the workspace, of a repository.
	Commit string `json:"commit,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Message says which field is meant, what is wrong, and what to do.
	Message string `json:"message,omitempty"`
}
