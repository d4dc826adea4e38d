package receive

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"godev.io/runtime/internal/termination"
)

// TestMain makes the test's own executable a session, which can be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("RECEIVE_TEST_DIR"); dir != "" {
		if os.Getenv("RECEIVE_TEST_NOBODY") != "" {
			becomeNobody()
		}
		_ = Serve(context.Background(), Config{Dir: dir, Log: os.Stderr}, os.Stdin, os.Stdout) // the client was told
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestASecondClientIsToldWhoSyncs(t *testing.T) {
	dir := t.TempDir()
	first := connect(t, Config{Dir: dir}, Hello{Client: "alice@laptop", Session: "1"})
	first.manifest()

	second := connect(t, Config{Dir: dir}, Hello{Client: "bob@desk", Session: "2"})
	told := expect[Error](second, frameError)

	if told.Code != CodeBusy || told.Holder.Client != "alice@laptop" || time.Since(told.Holder.Since) > time.Minute ||
		!strings.Contains(told.Message, "alice@laptop syncs since ") || !strings.Contains(told.Message, "--take-over") {
		t.Errorf("got %v", told)
	}
	first.push(Begin{}, file("a", "1")) // undisturbed
	first.bye()
	third := connect(t, Config{Dir: dir}, Hello{Client: "bob@desk", Session: "2"})
	third.manifest()
}

func TestTakingOverEndsTheFirst(t *testing.T) {
	dir := t.TempDir()
	first := connect(t, Config{Dir: dir}, Hello{Client: "alice", Session: "1"})
	first.manifest()
	first.push(Begin{}, file("a", "1"))

	second := connect(t, Config{Dir: dir}, Hello{Client: "bob", Session: "2", TakeOver: true})
	told := expect[Error](first, frameError)
	entries := second.manifest()

	if told.Code != CodeTakenOver || told.Message != "bob took over" {
		t.Errorf("got %v", told)
	}
	if _, there := entries["a"]; !there {
		t.Errorf("the new client is told of %v", entries)
	}
	// and is not ended by its own request
	time.Sleep(2 * look)
	second.push(Begin{}, file("b", "1"))
}

func TestTheSameClientNeedNotAsk(t *testing.T) {
	dir := t.TempDir()
	first := connect(t, Config{Dir: dir}, Hello{Client: "alice", Session: "1"})
	first.manifest() // and its connection breaks without a word

	again := connect(t, Config{Dir: dir}, Hello{Client: "alice", Session: "1"})
	go func() { _, _ = io.Copy(io.Discard, first.out) }()
	again.manifest()
}

// Two clients without one would be taken for the same.
func TestAClientWithoutASessionIsRefused(t *testing.T) {
	dir := t.TempDir()
	first := connect(t, Config{Dir: dir}, Hello{Client: "alice"})
	first.manifest()

	fromClient, in := io.Pipe()
	out, toClient := io.Pipe()
	go func() { _ = Serve(t.Context(), Config{Dir: dir, Log: io.Discard}, fromClient, toClient) }()
	second := &client{t: t, in: in, out: bufio.NewReader(out)}
	second.send(frameHello, Hello{Protocol: Protocol, Client: "bob"})

	if told := expect[Error](second, frameError); told.Code != CodeProtocol || !strings.Contains(told.Message, "no session") {
		t.Errorf("got %v", told)
	}
	_ = out.Close()
	first.push(Begin{}, file("a", "1")) // undisturbed
	first.bye()
}

func TestTheLockDiesWithItsHolder(t *testing.T) {
	// Given
	dir := t.TempDir()
	holder := exec.CommandContext(t.Context(), os.Args[0])
	holder.Env = append(os.Environ(), "RECEIVE_TEST_DIR="+dir)
	in, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	if err := writeFrame(in, frameHello, Hello{Protocol: Protocol, Client: "alice", Session: "1"}); err != nil {
		t.Fatal(err)
	}
	if f, err := readFrame(bufio.NewReader(out)); err != nil || f.kind != frameWelcome {
		t.Fatalf("got %q, %v", f.kind, err)
	}
	busy := connect(t, Config{Dir: dir}, Hello{Client: "bob", Session: "2"})
	if told := expect[Error](busy, frameError); told.Code != CodeBusy {
		t.Fatalf("got %v", told)
	}

	// When
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // says that it was killed

	// Then
	connect(t, Config{Dir: dir}, Hello{Client: "bob", Session: "2"}).manifest()
}

func TestAwait(t *testing.T) {
	dir := t.TempDir()
	awaited := make(chan error, 1)
	go func() { awaited <- await(t.Context(), io.Discard, dir, grace) }()
	c := connect(t, Config{Dir: dir}, Hello{Client: "alice"})
	c.manifest()
	began := time.Now()
	c.push(Begin{}, file("go.mod", "module x\n"))
	acknowledged := time.Now()
	select {
	case err := <-awaited:
		t.Fatalf("a push that is not complete was taken for one: %v", err)
	case <-time.After(3 * glance):
	}

	c.send(frameComplete, nil)
	completed := expect[Completed](c, frameCompleted)
	if !completed.GoMod {
		t.Errorf("got %v", completed)
	}
	if completed.Placed.Before(began) || completed.Placed.After(acknowledged) {
		t.Errorf("what was pushed from %v to %v was in its place at %v", began, acknowledged, completed.Placed)
	}

	if err := <-awaited; err != nil {
		t.Error(err)
	}
	// a later container passes at once
	if err := await(t.Context(), io.Discard, dir, 0); err != nil {
		t.Error(err)
	}
}

func TestAwaitWithoutGoMod(t *testing.T) {
	dir := t.TempDir()
	c := connect(t, Config{Dir: dir}, Hello{Client: "alice"})
	c.manifest()
	c.send(frameComplete, nil)
	if completed := expect[Completed](c, frameCompleted); completed.GoMod || !completed.Placed.IsZero() {
		t.Errorf("got %v", completed)
	}
	err := await(t.Context(), io.Discard, dir, 2*glance)
	var failure *termination.Failure
	if !errors.As(err, &failure) || failure.Reason != termination.GoModMissing {
		t.Errorf("got %v", err)
	}
	// the restarted container has it in the meantime
	c.push(Begin{}, file("go.mod", "module x\n"))
	if err := await(t.Context(), io.Discard, dir, 2*glance); err != nil {
		t.Error(err)
	}
}

func TestAwaitEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(2*glance, cancel)
	if err := Await(ctx, io.Discard, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
