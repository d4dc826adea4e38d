package receive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"godev.io/runtime/internal/workspace"
)

// client is the other end of a session.
type client struct {
	t     *testing.T
	in    *io.PipeWriter
	out   *bufio.Reader
	ended chan error
	ids   int64
}

// connect begins a session and says hello.
func connect(t *testing.T, config Config, hello Hello) *client {
	t.Helper()
	fromClient, in := io.Pipe()
	out, toClient := io.Pipe()
	c := &client{t: t, in: in, out: bufio.NewReader(out), ended: make(chan error, 1)}
	config.Log = io.Discard
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		err := Serve(ctx, config, fromClient, toClient)
		_ = fromClient.CloseWithError(io.ErrClosedPipe)
		_ = toClient.Close()
		c.ended <- err
	}()
	t.Cleanup(func() { cancel(); _ = in.Close(); _ = out.Close() })
	c.hello(hello)
	return c
}

func (c *client) hello(hello Hello) {
	c.t.Helper()
	if hello.Protocol == 0 {
		hello.Protocol = Protocol
	}
	if hello.Session == "" {
		hello.Session = "the test's"
	}
	c.send(frameHello, hello)
}

// connectProcess is connect to a process of a user who may not do everything.
func connectProcess(t *testing.T, dir string, hello Hello) *client {
	t.Helper()
	fromClient, in := io.Pipe()
	out, toClient := io.Pipe()
	c := &client{t: t, in: in, out: bufio.NewReader(out), ended: make(chan error, 1)}
	process := exec.CommandContext(t.Context(), os.Args[0])
	process.Env = append(os.Environ(), "RECEIVE_TEST_DIR="+dir, "RECEIVE_TEST_NOBODY=1")
	process.Stdin, process.Stdout, process.Stderr = fromClient, toClient, os.Stderr
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		err := process.Wait()
		_ = toClient.Close()
		c.ended <- err
	}()
	t.Cleanup(func() { _ = in.Close(); _ = out.Close() })
	c.hello(hello)
	return c
}

const nobody = 65534

// becomeNobody has this process have no rights that root has.
func becomeNobody() {
	if os.Getuid() != 0 {
		return
	}
	if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
		panic(err)
	}
}

// dirOfNobody is a folder that such a process may write to.
func dirOfNobody(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if os.Getuid() != 0 {
		return dir
	}
	if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chown(dir, nobody, nobody)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (c *client) send(kind byte, message any) {
	c.t.Helper()
	if err := writeFrame(c.in, kind, message); err != nil && err != io.ErrClosedPipe {
		c.t.Fatal(err)
	}
}

func (c *client) data(payload []byte) {
	var frame bytes.Buffer
	_ = writeFrame(&frame, frameData, nil)
	head := frame.Bytes()
	head[1], head[2], head[3], head[4] = byte(len(payload)>>24), byte(len(payload)>>16), byte(len(payload)>>8), byte(len(payload))
	_, _ = c.in.Write(append(head, payload...)) // the session may have ended
}

// expect reads a frame of that kind.
func expect[T any](c *client, kind byte) T {
	c.t.Helper()
	var message T
	f, err := readFrame(c.out)
	if err != nil {
		c.t.Fatalf("waiting for %q: %v", kind, err)
	}
	if f.kind != kind {
		c.t.Fatalf("got %q %s, want %q", f.kind, f.payload, kind)
	}
	if len(f.payload) > 0 {
		if err := json.Unmarshal(f.payload, &message); err != nil {
			c.t.Fatal(err)
		}
	}
	return message
}

// manifest reads the welcome and what follows it.
func (c *client) manifest() map[string]Entry {
	c.t.Helper()
	expect[Welcome](c, frameWelcome)
	entries := map[string]Entry{}
	for {
		part := expect[Manifest](c, frameManifest)
		for _, entry := range part.Entries {
			entries[entry.Path] = entry
		}
		if part.Last {
			return entries
		}
	}
}

// push sends a batch and returns its acknowledgement.
func (c *client) push(begin Begin, entries ...header) Ack {
	c.t.Helper()
	c.begin(begin, entries...)
	c.send(frameEnd, nil)
	return expect[Ack](c, frameAck)
}

func (c *client) begin(begin Begin, entries ...header) {
	c.ids++
	begin.ID = c.ids
	c.send(frameBegin, begin)
	if len(entries) > 0 {
		c.data(archive(entries...))
	}
}

// bye ends the session.
func (c *client) bye() {
	c.t.Helper()
	c.send(frameBye, nil)
	if err := c.end(); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) end() error {
	c.t.Helper()
	select {
	case err := <-c.ended:
		return err
	case <-time.After(20 * time.Second):
		c.t.Fatal("the session does not end")
		return nil
	}
}

// header is an entry of a tar, with its content.
type header struct {
	tar.Header
	content string
}

var saved = time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)

func file(name, content string) header {
	return header{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content)), ModTime: saved}, content}
}

func dir(name string) header {
	return header{tar.Header{Name: name + "/", Typeflag: tar.TypeDir, Mode: 0o755}, ""}
}

func link(name, target string) header {
	return header{tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: target}, ""}
}

func archive(entries ...header) []byte {
	var archive bytes.Buffer
	zipped := gzip.NewWriter(&archive)
	out := tar.NewWriter(zipped)
	for _, entry := range entries {
		entry.Format = tar.FormatPAX
		if err := out.WriteHeader(&entry.Header); err != nil {
			panic(err)
		}
		if _, err := io.WriteString(out, entry.content); err != nil {
			panic(err)
		}
	}
	if err := out.Close(); err != nil {
		panic(err)
	}
	if err := zipped.Close(); err != nil {
		panic(err)
	}
	return archive.Bytes()
}

// contents are what there is in the folder but the runtime's own: files by content, folders as "/", links as "→ target".
func contents(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		if err != nil || name == "." {
			return err
		}
		switch {
		case name == workspace.Folder:
			return filepath.SkipDir
		case entry.IsDir():
			found[name] = "/"
		case entry.Type() == fs.ModeSymlink:
			target, err := os.Readlink(path)
			found[name] = "→ " + target
			return err
		default:
			content, err := os.ReadFile(path)
			found[name] = string(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// put makes a file as something in the pod does.
func put(t *testing.T, root, name, content string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if target, isLink := strings.CutPrefix(content, "→ "); isLink {
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
	} else if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
