// Package receive is the pod's end of "godev sync": it takes what one client pushes over a pair of streams and puts it
// into the workspace. It never sends content back.
//
// Both directions are frames: one byte that says what it is, four with the length (big-endian), the payload. The client
// says hello, and gets a hello and the manifest of what is there, or an error that ends the session. Then it sends
// batches: begin (what to remove and to rename), data (a gzipped tar of what to write), end. A batch is staged first and
// put in its place at its end, file by file with a rename, so that a build never sees half a file and a connection that
// breaks leaves no half batch. Each is acknowledged. After a broken connection the next manifest tells what is left to send.
package receive

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Protocol is the version that is spoken here.
const Protocol = 1

// Frames of the client.
const (
	frameHello    = 'H'
	frameBegin    = 'B'
	frameData     = 'D'
	frameAbort    = 'X' // the batch that was begun is dropped: a file changed while it was read
	frameEnd      = 'E'
	frameComplete = 'C' // everything there is was pushed
	framePing     = 'P'
	frameBye      = 'Q'
)

// Frames of the runtime.
const (
	frameWelcome   = 'h'
	frameManifest  = 'm'
	frameAck       = 'a'
	frameCompleted = 'c'
	framePong      = 'p'
	frameError     = 'x'
)

// Limits of what a client may send. Those it has to know are in Welcome.
const (
	maxFrame   = 4 << 20
	maxPath    = 4000 // bytes; the kernel's limit is 4096 with the workspace in front
	maxName    = 255  // bytes of a part of a path
	maxFile    = 2 << 30
	maxBatch   = 4 << 30 // bytes of all files of a batch
	maxEntries = 100_000 // of a batch
	maxFiles   = 500_000 // of the workspace
)

// Hello is the first frame of a client.
type Hello struct {
	Protocol int `json:"protocol"`
	// Client is its name for people, such as alice@laptop.
	Client string `json:"client"`
	// Session is the same for all connections of one run of the client: such a connection takes over without being asked.
	Session  string `json:"session"`
	TakeOver bool   `json:"takeOver,omitempty"`
}

// Welcome answers Hello.
type Welcome struct {
	Protocol int   `json:"protocol"`
	MaxFile  int64 `json:"maxFile"`
	MaxPath  int   `json:"maxPath"`
	// Complete says that a push was completed before.
	Complete bool `json:"complete"`
}

// Kinds of entries.
const (
	kindFile = "f"
	kindDir  = "d"
	kindLink = "l"
)

// Entry is a file, folder or link that sync brought.
type Entry struct {
	Path string `json:"p"`
	Kind string `json:"k"`
	Size int64  `json:"s,omitempty"`
	// Exec says that a file may be executed.
	Exec bool `json:"x,omitempty"`
	// Time is a file's modification time, in nanoseconds since 1970.
	Time int64 `json:"t,omitempty"`
	// Hash is the SHA-256 of a file's content, or a link's target. In a manifest a file that was changed in the pod has none.
	Hash string `json:"h,omitempty"`
}

// Manifest is a part of the list of what is there.
type Manifest struct {
	Entries []Entry `json:"entries"`
	Last    bool    `json:"last"`
}

// Move is a rename.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Begin starts a batch. Removals of files come first, then renames, then removals of folders, then what the tar holds.
type Begin struct {
	ID     int64    `json:"id"`
	Remove []string `json:"remove,omitempty"`
	Rename []Move   `json:"rename,omitempty"`
}

// Refusal is a path that could not be brought in its place.
type Refusal struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// Ack says that a batch is in its place.
type Ack struct {
	ID      int64 `json:"id"`
	Written int   `json:"written"`
	Removed int   `json:"removed"`
	Renamed int   `json:"renamed"`
	// Kept are files that sync did not bring, or that were changed in the pod, moved out of the way.
	Kept []Move `json:"kept,omitempty"`
	// Missing are renames whose source was not as it was brought: the client has to send their files.
	Missing []Move    `json:"missing,omitempty"`
	Refused []Refusal `json:"refused,omitempty"`
}

// Completed answers the end of a push.
type Completed struct {
	// GoMod says that there is a go.mod at the top.
	GoMod bool `json:"goMod"`
	// Placed is when the last batch of this connection was in its place; absent if there was none.
	Placed time.Time `json:"placed,omitzero"`
}

// Codes of an error, beside reasons of package termination such as WorkspaceFull.
const (
	CodeProtocol  = "Protocol"
	CodeBusy      = "Busy"
	CodeTakenOver = "TakenOver"
	CodeStopped   = "Stopped"
	CodeSilent    = "Silent"
	CodeFailed    = "Failed"
)

// Error ends a session.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	// Holder is who syncs, where Code is Busy or TakenOver.
	Holder *Holder `json:"holder,omitempty"`
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Holder is the client that syncs.
type Holder struct {
	Client  string    `json:"client"`
	Session string    `json:"session"`
	Since   time.Time `json:"since"`
}

func invalid(format string, args ...any) *Error {
	return &Error{Code: CodeProtocol, Message: fmt.Sprintf(format, args...)}
}

type frame struct {
	kind    byte
	payload []byte
}

// readFrame returns io.EOF if there is none, io.ErrUnexpectedEOF if it is cut.
func readFrame(in *bufio.Reader) (frame, error) {
	var head [5]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return frame{}, err
	}
	length := binary.BigEndian.Uint32(head[1:])
	if length > maxFrame {
		return frame{}, invalid("a frame of %d bytes; %d are allowed", length, maxFrame)
	}
	payload := make([]byte, length)
	if _, err := io.ReadFull(in, payload); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return frame{}, err
	}
	return frame{head[0], payload}, nil
}

func writeFrame(out io.Writer, kind byte, message any) error {
	var payload []byte
	if message != nil {
		var err error
		if payload, err = json.Marshal(message); err != nil {
			return err
		}
	}
	bytes := make([]byte, 5, 5+len(payload))
	bytes[0] = kind
	binary.BigEndian.PutUint32(bytes[1:], uint32(len(payload)))
	// one write, so that it is one message on its way through the API server
	_, err := out.Write(append(bytes, payload...))
	return err
}

func (f frame) decode(message any) error {
	if err := json.Unmarshal(f.payload, message); err != nil {
		return invalid("frame %q: %v", f.kind, err)
	}
	return nil
}
