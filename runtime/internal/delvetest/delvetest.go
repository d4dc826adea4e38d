// Package delvetest gives tests the real dlv command and programs to debug.
package delvetest

import (
	"bytes"
	"encoding/json"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

// Variable names a dlv to use instead of one that is built from the pinned module.
const Variable = "GODEV_DLV"

// built is the folder of the dlv that was built, "" if none was.
var built string

var dlv = sync.OnceValues(func() (string, error) {
	if path := os.Getenv(Variable); path != "" {
		_, err := os.Stat(path)
		return path, err
	}
	dir, err := os.MkdirTemp("", "delvetest-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "dlv")
	command := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "github.com/go-delve/delve/cmd/dlv")
	command.Dir = Module()
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	var output bytes.Buffer
	command.Stderr = &output
	if err := command.Run(); err != nil {
		return "", &buildError{err, output.String()}
	}
	return path, nil
})

type buildError struct {
	error
	output string
}

func (e *buildError) Error() string { return e.error.Error() + "\n" + e.output }

// Path returns the dlv command. A test that needs one fails where there is none to have.
func Path(t *testing.T) string {
	t.Helper()
	path, err := dlv()
	if err != nil {
		t.Fatalf("the real dlv is needed, and could neither be found in %s nor be built in %s: %v", Variable, Module(), err)
	}
	return path
}

// Remove removes what Path built; for the end of TestMain.
func Remove() { _ = os.RemoveAll(built) }

// Module is the folder of the module that pins Delve.
func Module() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "delve")
}

// Counter is a program that counts until it gets SIGTERM, which it ends with 7 for.
const Counter = `package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func work(n int) int {
	square := n * n
	return square + 1
}

func main() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	fmt.Println("arguments", os.Args[1:])
	fmt.Println("process", os.Getpid())
	for n := 1; ; n++ {
		select {
		case <-asked:
			fmt.Println("bye")
			os.Exit(7)
		case <-time.After(5 * time.Millisecond):
			fmt.Println("worked", work(n))
		}
	}
}
`

// Returning is the line of Counter after the one that sets square.
const Returning = 13

// Build builds a program of one file with flags for go build.
func Build(t *testing.T, source string, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module example.com/x\n\ngo 1.25\n", "main.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(dir, "x")
	command := exec.Command("go", append(append([]string{"build", "-o", program}, flags...), ".")...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return program
}

// Client is a debugger's user: it speaks Delve's JSON-RPC.
type Client struct {
	t      *testing.T
	client *rpc.Client
}

// Connect connects to a dlv that listens.
func Connect(t *testing.T, address string) *Client {
	t.Helper()
	client, err := jsonrpc.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return &Client{t, client}
}

// Do calls a method and fails the test if that fails. Reply may be nil.
func (c *Client) Do(method string, arguments, reply any) {
	c.t.Helper()
	call := c.Begin(method, arguments)
	select {
	case <-call.Done:
	case <-time.After(20 * time.Second):
		c.t.Fatalf("%s: no answer", method)
	}
	if call.Error != nil {
		c.t.Fatalf("%s: %v", method, call.Error)
	}
	raw := *call.Reply.(*json.RawMessage)
	if reply != nil {
		if err := json.Unmarshal(raw, reply); err != nil {
			c.t.Fatalf("%s: %v in %s", method, err, raw)
		}
	}
}

// Begin calls a method and does not wait for it.
func (c *Client) Begin(method string, arguments any) *rpc.Call {
	return c.client.Go("RPCServer."+method, arguments, &json.RawMessage{}, make(chan *rpc.Call, 1))
}

// AwaitRunning returns when dlv lets the program run.
func (c *Client) AwaitRunning() {
	c.t.Helper()
	for range 100 {
		// a call that should not block may: dlv may let the program run in that moment
		call := c.Begin("State", map[string]any{"NonBlocking": true})
		select {
		case <-call.Done:
			var now struct{ State struct{ Running bool } }
			if call.Error == nil && json.Unmarshal(*call.Reply.(*json.RawMessage), &now) == nil && now.State.Running {
				return
			}
		case <-time.After(200 * time.Millisecond):
		}
	}
	c.t.Fatal("dlv does not let the program run")
}

// Close closes the connection.
func (c *Client) Close() { _ = c.client.Close() }
