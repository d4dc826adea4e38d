package receive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hostile are what a client might send to get out of the workspace, or to bring the runtime down.
var hostile = map[string]func(*client){
	"an unknown frame":       func(c *client) { c.send('?', nil) },
	"another hello":          func(c *client) { c.send(frameHello, Hello{Protocol: Protocol}) },
	"an end without a begin": func(c *client) { c.send(frameEnd, nil) },
	"data without a begin":   func(c *client) { c.data([]byte("x")) },
	"a batch in a batch":     func(c *client) { c.begin(Begin{}); c.begin(Begin{}) },
	"no JSON":                func(c *client) { c.write(frameBegin, "\x00{") },
	"JSON of another kind":   func(c *client) { c.write(frameBegin, `{"id":"x","remove":{}}`) },
	"a huge frame":           func(c *client) { _, _ = c.in.Write([]byte{frameData, 0xff, 0xff, 0xff, 0xff}) },
	"no gzip":                func(c *client) { c.raw([]byte("this is no archive")) },
	"no tar":                 func(c *client) { c.raw(zipped([]byte(strings.Repeat("no tar", 500)))) },
	"half a tar":             func(c *client) { c.raw(archive(file("a", strings.Repeat("x", 5000)))[:60]) },
	"data behind the tar":    func(c *client) { c.raw(zipped(append(make([]byte, 1024), make([]byte, 2<<20)...))) },
	"data behind the gzip":   func(c *client) { c.begin(Begin{}, file("a", "1")); c.data([]byte("more")); c.data([]byte("more")) },
	"a size of its own": func(c *client) {
		h := file("a", "")
		h.Size = maxFile + 1
		c.raw(headerOnly(h))
	},
	"a device": func(c *client) { c.raw(archive(header{tar.Header{Name: "a", Typeflag: tar.TypeChar}, ""})) },
	"a pipe":   func(c *client) { c.raw(archive(header{tar.Header{Name: "a", Typeflag: tar.TypeFifo}, ""})) },
	"a hard link": func(c *client) {
		c.raw(archive(header{tar.Header{Name: "a", Typeflag: tar.TypeLink, Linkname: "../secret"}, ""}))
	},
	"the same twice":         func(c *client) { c.raw(archive(file("a", "1"), link("a", "b"))) },
	"a rename twice":         func(c *client) { c.begin(Begin{Rename: []Move{{"a", "b"}, {"b", "c"}}}) },
	"removal of a parent":    func(c *client) { c.begin(Begin{Remove: []string{"../secret"}}) },
	"removal of the top":     func(c *client) { c.begin(Begin{Remove: []string{"."}}) },
	"removal of the journal": func(c *client) { c.begin(Begin{Remove: []string{".godev/sync/journal"}}) },
	"rename out":             func(c *client) { c.begin(Begin{Rename: []Move{{"a", "../a"}}}) },
	"rename in":              func(c *client) { c.begin(Begin{Rename: []Move{{"/etc/passwd", "a"}}}) },
}

// write sends a frame with that payload.
func (c *client) write(kind byte, payload string) {
	_, _ = c.in.Write(append([]byte{kind, 0, 0, 0, byte(len(payload))}, payload...)) // the session may have ended
}

// raw sends a batch with that data.
func (c *client) raw(data []byte) {
	c.begin(Begin{})
	c.data(data)
	c.send(frameEnd, nil)
}

func zipped(content []byte) []byte {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, _ = writer.Write(content)
	_ = writer.Close()
	return out.Bytes()
}

func headerOnly(h header) []byte {
	var out bytes.Buffer
	writer := tar.NewWriter(&out)
	if err := writer.WriteHeader(&h.Header); err != nil {
		panic(err)
	}
	return zipped(out.Bytes())
}

// badPaths are refused for files, folders and links alike.
var badPaths = []string{
	"/etc/cron.d/x", "../secret", "a/../../secret", "..", "a/..", "./a", "a//b", "a/./b",
	".git/hooks/pre-commit", "a/.git/config", ".GIT/config", ".godev/sync/journal", ".Godev/x", ".godev",
	"a\nb", "a\x01", "a\x7f", "\xff\xfe", strings.Repeat("x", 256), strings.Repeat("x/", 2100) + "x",
}

var badTargets = []string{
	"/etc/passwd", "../../secret", "..", "b/../../../secret", "b/..", "b/../c", "a/../..", strings.Repeat("../", 30) + "etc/passwd", "\xff",
}

func init() {
	for _, name := range badPaths {
		hostile["file "+name] = func(c *client) { c.raw(archive(file(name, "x"))) }
		hostile["folder "+name] = func(c *client) { c.raw(archive(dir(name))) }
		hostile["link "+name] = func(c *client) { c.raw(archive(link(name, "x"))) }
	}
	for _, target := range badTargets {
		hostile["link to "+target] = func(c *client) { c.raw(archive(link("l", target))) }
	}
}

// outside is a workspace in a folder whose other files must stay as they are.
func outside(t *testing.T) (workspace string, check func()) {
	t.Helper()
	top := t.TempDir()
	put(t, top, "secret", "secret")
	workspace = filepath.Join(top, "workspace")
	put(t, workspace, "mine", "mine")
	return workspace, func() {
		t.Helper()
		around, err := os.ReadDir(top)
		content, unread := os.ReadFile(filepath.Join(top, "secret"))
		if err != nil || unread != nil || len(around) != 2 || string(content) != "secret" {
			t.Errorf("outside the workspace there is %v, %q", around, content)
		}
		if content, err := os.ReadFile(filepath.Join(workspace, "mine")); err != nil || string(content) != "mine" {
			t.Errorf("what sync did not bring became %q, %v", content, err)
		}
	}
}

func TestHostileFramesEndInAnErrorAndChangeNothing(t *testing.T) {
	for name, attack := range hostile {
		t.Run(fmt.Sprintf("%.60q", name), func(t *testing.T) {
			workspace, check := outside(t)
			c := connect(t, Config{Dir: workspace}, Hello{Client: "mallory"})
			c.manifest()
			go func() { _, _ = io.Copy(io.Discard, c.out) }()

			attack(c)
			_ = c.in.Close()

			var told *Error
			if err := c.end(); !errors.As(err, &told) || told.Code != CodeProtocol {
				t.Errorf("ended with %v", err)
			}
			check()
			if got := contents(t, workspace); !maps.Equal(got, map[string]string{"mine": "mine"}) {
				t.Errorf("the workspace has %v", got)
			}
		})
	}
}

func TestTheFirstFrameHasToBeAHello(t *testing.T) {
	var out bytes.Buffer
	stream := strings.NewReader("P\x00\x00\x00\x00")
	err := Serve(t.Context(), Config{Dir: t.TempDir(), Log: io.Discard}, stream, &out)
	if err == nil || !strings.Contains(out.String(), "the first frame has to be a hello, not 'P'") {
		t.Errorf("got %v, told %q", err, out.String())
	}
}

func TestAnotherVersionIsRefused(t *testing.T) {
	c := connect(t, Config{Dir: t.TempDir()}, Hello{Protocol: 2})
	told := expect[Error](c, frameError)
	if told.Code != CodeProtocol || !strings.Contains(told.Message, "speaks version 1 of the protocol, godev version 2") {
		t.Errorf("got %v", told)
	}
}

func TestASilentClientIsEnded(t *testing.T) {
	c := connect(t, Config{Dir: t.TempDir(), Silence: 50 * time.Millisecond}, Hello{Client: "alice"})
	c.manifest()
	if told := expect[Error](c, frameError); told.Code != CodeSilent {
		t.Errorf("got %v", told)
	}
}

// Streams that are valid in part: each is a recorded session with bytes changed, cut or repeated.
func TestRandomStreamsNeverLeaveTheWorkspace(t *testing.T) {
	var recorded bytes.Buffer
	for _, frame := range []struct {
		kind    byte
		message any
	}{
		{frameHello, Hello{Protocol: Protocol, Client: "mallory", Session: "1"}},
		{frameBegin, Begin{ID: 1}},
	} {
		_ = writeFrame(&recorded, frame.kind, frame.message)
	}
	data := archive(dir("a"), file("a/b", "1"), link("a/c", "../a/b"), file("d", strings.Repeat("text ", 400)))
	recorded.Write(append([]byte{frameData, 0, 0, byte(len(data) >> 8), byte(len(data))}, data...))
	_ = writeFrame(&recorded, frameEnd, nil)
	_ = writeFrame(&recorded, frameBegin, Begin{ID: 2, Remove: []string{"a/b", "mine"}, Rename: []Move{{"d", "e/d"}}})
	_ = writeFrame(&recorded, frameEnd, nil)
	_ = writeFrame(&recorded, frameComplete, nil)

	random := rand.New(rand.NewPCG(1, 2))
	workspace, check := outside(t)
	for range 500 {
		stream := bytes.Clone(recorded.Bytes())
		for range random.IntN(4) {
			at := random.IntN(len(stream))
			switch random.IntN(4) {
			case 0:
				stream[at] = byte(random.Uint32())
			case 1:
				stream = stream[:at+1]
			case 2:
				stream = append(stream[:at:at], stream[at/2:]...)
			case 3:
				stream[at] ^= 1 << random.IntN(8)
			}
		}
		_ = Serve(t.Context(), Config{Dir: workspace, Log: io.Discard}, bytes.NewReader(stream), io.Discard) // whatever it says of it
		check()
	}
}

func FuzzServe(f *testing.F) {
	f.Add([]byte("H\x00\x00\x00\x0e{\"protocol\":1}B\x00\x00\x00\x08{\"id\":1}E\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		workspace, check := outside(t)
		_ = Serve(t.Context(), Config{Dir: workspace, Log: io.Discard}, bytes.NewReader(stream), io.Discard) // whatever it says of it
		check()
	})
}
