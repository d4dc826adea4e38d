package receive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

// Config is what a session is given.
type Config struct {
	// Dir is the workspace.
	Dir string
	// Client and TakeOver count beside what the client says itself.
	Client   string
	TakeOver bool
	// Silence ends a session whose client sends nothing for so long; 0 stands for a minute.
	Silence time.Duration
	// Log is for people.
	Log io.Writer
}

// session is one connection of a client.
type session struct {
	Config
	out    io.Writer
	frames chan frame
	// ended is why there are no more frames, sent once
	ended chan error

	root   *os.Root
	record *record
	stage  *stage
	placed time.Time
}

// Serve takes what a client pushes until it says goodbye, its stream ends, another one takes over or the context is done.
// It returns an *Error, which the client was told too, unless the client ended it.
func Serve(ctx context.Context, config Config, in io.Reader, out io.Writer) error {
	if config.Silence == 0 {
		config.Silence = time.Minute
	}
	s := &session{Config: config, out: out, frames: make(chan frame, 4), ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go s.read(ctx, in)
	err := s.serve(ctx)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	told := explain(err)
	_ = writeFrame(out, frameError, told) // the client may be gone
	return told
}

func (s *session) read(ctx context.Context, in io.Reader) {
	buffered := bufio.NewReaderSize(in, 256<<10)
	for {
		f, err := readFrame(buffered)
		if err != nil {
			s.ended <- err
			close(s.frames)
			return
		}
		select {
		case s.frames <- f:
		case <-ctx.Done():
			return
		}
	}
}

// next waits for a frame.
func (s *session) next(ctx context.Context) (frame, error) {
	silence := time.NewTimer(s.Silence)
	defer silence.Stop()
	select {
	case <-ctx.Done():
		return frame{}, context.Cause(ctx)
	case f, open := <-s.frames:
		if !open {
			return frame{}, <-s.ended
		}
		return f, nil
	case <-silence.C:
		return frame{}, &Error{Code: CodeSilent, Message: fmt.Sprintf("nothing was heard for %s", s.Silence)}
	}
}

func (s *session) serve(ctx context.Context) error {
	first, err := s.next(ctx)
	if err != nil {
		return err
	}
	var hello Hello
	if first.kind != frameHello {
		return invalid("the first frame has to be a hello, not %q", first.kind)
	}
	if err := first.decode(&hello); err != nil {
		return err
	}
	if hello.Protocol != Protocol {
		return invalid("the environment's runtime speaks version %d of the protocol, godev version %d. Upgrade the older one",
			Protocol, hello.Protocol)
	}
	if hello.Session == "" {
		return invalid("the hello has no session, which tells the connections of one client from those of others. Upgrade godev")
	}
	if s.root, err = os.OpenRoot(s.Dir); err != nil {
		return err
	}
	defer s.root.Close()
	if err := s.root.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	self := Holder{Client: s.name(hello), Session: hello.Session, Since: time.Now().UTC().Truncate(time.Second)}
	lock, err := acquire(ctx, s.root, self, s.TakeOver || hello.TakeOver)
	if err != nil {
		return err
	}
	defer lock.release()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		if by := lock.taken(ctx); by != nil {
			cancel(&Error{Code: CodeTakenOver, Holder: by, Message: by.Client + " took over"})
		}
	}()
	fmt.Fprintf(s.Log, "receive: %s syncs\n", self.Client)
	return s.sync(ctx)
}

func (s *session) name(hello Hello) string {
	name := hello.Client
	if name == "" {
		name = s.Client
	}
	if name == "" {
		name = "unknown"
	}
	return fmt.Sprintf("%.100s", name)
}

func (s *session) sync(ctx context.Context) error {
	var err error
	if s.record, err = openRecord(s.root); err != nil {
		return err
	}
	defer s.record.close()
	if s.stage, err = openStage(s.root); err != nil {
		return err
	}
	defer func() {
		_ = s.stage.drop() // else the next session does it
		_ = s.stage.close()
	}()
	if err := s.welcome(); err != nil {
		return err
	}
	for {
		f, err := s.next(ctx)
		if err != nil {
			return err
		}
		switch f.kind {
		case frameBegin:
			err = s.batch(ctx, f)
		case frameComplete:
			err = s.complete()
		case framePing:
			err = writeFrame(s.out, framePong, nil)
		case frameBye:
			return nil
		default:
			err = invalid("a frame %q is not expected here", f.kind)
		}
		if err != nil {
			return err
		}
	}
}

func (s *session) welcome() error {
	done, err := isComplete(s.root)
	if err != nil {
		return err
	}
	if err := writeFrame(s.out, frameWelcome, Welcome{Protocol: Protocol, MaxFile: maxFile, MaxPath: maxPath, Complete: done}); err != nil {
		return err
	}
	entries, err := s.record.manifest()
	if err != nil {
		return err
	}
	for {
		part := entries[:min(len(entries), 500)]
		entries = entries[len(part):]
		if err := writeFrame(s.out, frameManifest, Manifest{Entries: part, Last: len(entries) == 0}); err != nil {
			return err
		}
		if len(entries) == 0 {
			return nil
		}
	}
}

// complete lets the container "source" end. What was pushed survives a power cut before that is said.
func (s *session) complete() error {
	top, err := s.root.Open(".")
	if err != nil {
		return err
	}
	defer top.Close()
	if err := unix.Syncfs(int(top.Fd())); err != nil {
		return err
	}
	if err := writeWhole(s.root, completeName, map[string]any{"time": time.Now().UTC()}); err != nil {
		return err
	}
	found, err := hasGoMod(s.root)
	if err != nil {
		return err
	}
	return writeFrame(s.out, frameCompleted, Completed{GoMod: found, Placed: s.placed.UTC()})
}

// explain is what the client is told of an error.
func explain(err error) *Error {
	var told *Error
	var failure *termination.Failure
	explained := workspace.Explain(err)
	switch {
	case errors.As(err, &told):
		return told
	case errors.As(explained, &failure):
		return &Error{Code: string(failure.Reason), Message: failure.Detail}
	case errors.Is(err, context.Canceled):
		return &Error{Code: CodeStopped, Message: "the container is told to end"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return invalid("the stream ends within a frame")
	}
	return &Error{Code: CodeFailed, Message: err.Error()}
}
