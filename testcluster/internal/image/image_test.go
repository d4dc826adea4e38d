package image

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func layerOf(t *testing.T, fill func(*Tree) error) Layer {
	t.Helper()
	path := filepath.Join(t.TempDir(), "layer.tar")
	if err := WriteLayer(path, fill); err != nil {
		t.Fatal(err)
	}
	layer, err := Existing(path)
	if err != nil {
		t.Fatal(err)
	}
	return layer
}

func entries(t *testing.T, r io.Reader) (names []string, contents map[string][]byte, headers map[string]*tar.Header) {
	t.Helper()
	contents, headers = map[string][]byte{}, map[string]*tar.Header{}
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return names, contents, headers
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
		headers[h.Name] = h
		if contents[h.Name], err = io.ReadAll(tr); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLayer(t *testing.T) {
	source := t.TempDir()
	os.MkdirAll(filepath.Join(source, "sub"), 0o755)
	os.WriteFile(filepath.Join(source, "sub", "b"), []byte("bb"), 0o644)
	os.WriteFile(filepath.Join(source, "a"), []byte("a"), 0o755)
	os.WriteFile(filepath.Join(source, "left-out"), []byte("x"), 0o644)
	os.Symlink("a", filepath.Join(source, "link"))
	fill := func(t *Tree) error {
		if err := t.Dir("go", 0o1777); err != nil {
			return err
		}
		if err := t.Bytes("/etc/ssl/x", 0o600, []byte("cert")); err != nil {
			return err
		}
		return t.Copy("opt/app", source, func(rel string) bool { return rel == "left-out" })
	}
	first := layerOf(t, fill)
	content, _ := os.ReadFile(first.Path)
	names, contents, headers := entries(t, bytes.NewReader(content))

	want := []string{"go/", "etc/", "etc/ssl/", "etc/ssl/x", "opt/", "opt/app/", "opt/app/a", "opt/app/link", "opt/app/sub/", "opt/app/sub/b"}
	if !slices.Equal(names, want) {
		t.Errorf("got %v\nwant %v", names, want)
	}
	if string(contents["opt/app/sub/b"]) != "bb" || headers["go/"].Mode != 0o1777 || headers["opt/app/a"].Mode != 0o755 ||
		headers["opt/app/link"].Linkname != "a" || headers["etc/ssl/x"].Mode != 0o600 {
		t.Errorf("contents or modes are wrong: %v", headers)
	}
	if sum := sha256.Sum256(content); first.DiffID != hex.EncodeToString(sum[:]) {
		t.Errorf("DiffID %s is not the tar's digest", first.DiffID)
	}
	if again := layerOf(t, fill); again.DiffID != first.DiffID {
		t.Error("the same files made another layer")
	}
}

func TestArchive(t *testing.T) {
	layer := layerOf(t, func(t *Tree) error { return t.Bytes("godevd", 0o755, []byte("program")) })
	i := Image{
		Names:  []string{"example.test/x:1", "example.test/x:2"},
		Config: Config{User: "1000:3000", Entrypoint: []string{"/godevd"}, Env: []string{"A=b"}},
		Layers: []Layer{layer},
	}
	var out bytes.Buffer
	if err := i.Write(&out); err != nil {
		t.Fatal(err)
	}
	_, contents, _ := entries(t, bytes.NewReader(out.Bytes()))

	var m []manifest
	if err := json.Unmarshal(contents["manifest.json"], &m); err != nil || len(m) != 1 {
		t.Fatalf("manifest: %v %v", m, err)
	}
	if !slices.Equal(m[0].RepoTags, i.Names) {
		t.Errorf("names %v", m[0].RepoTags)
	}
	id, _ := i.ID()
	config := contents[m[0].Config]
	if sum := sha256.Sum256(config); m[0].Config != hex.EncodeToString(sum[:])+".json" || m[0].Config != id+".json" {
		t.Errorf("the configuration's name %s is not its digest", m[0].Config)
	}
	var c configFile
	if err := json.Unmarshal(config, &c); err != nil {
		t.Fatal(err)
	}
	if c.Config.User != "1000:3000" || c.OS != "linux" || !slices.Equal(c.RootFS.DiffIDs, []string{"sha256:" + layer.DiffID}) {
		t.Errorf("configuration: %s", config)
	}
	if sum := sha256.Sum256(contents[m[0].Layers[0]]); hex.EncodeToString(sum[:]) != layer.DiffID {
		t.Error("the layer in the archive is not the layer")
	}

	file := filepath.Join(t.TempDir(), "x.tar")
	os.WriteFile(file, out.Bytes(), 0o644)
	if names, there, err := Describe(file); err != nil || there != id || !slices.Equal(names, i.Names) {
		t.Errorf("Describe: %v %s %v", names, there, err)
	}
}

func TestIDChangesWithContentAndConfigurationOnly(t *testing.T) {
	a := layerOf(t, func(t *Tree) error { return t.Bytes("f", 0o644, []byte("a")) })
	b := layerOf(t, func(t *Tree) error { return t.Bytes("f", 0o644, []byte("b")) })
	base := Image{Names: []string{"x:1"}, Layers: []Layer{a}}
	for _, c := range []struct {
		name  string
		image Image
		same  bool
	}{
		{"another name", Image{Names: []string{"x:2"}, Layers: []Layer{a}}, true},
		{"another layer", Image{Names: []string{"x:1"}, Layers: []Layer{b}}, false},
		{"another user", Image{Names: []string{"x:1"}, Layers: []Layer{a}, Config: Config{User: "1"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, _ := base.ID()
			got, err := c.image.ID()
			if err != nil || (got == want) != c.same {
				t.Errorf("id %s, base %s, %v", got, want, err)
			}
		})
	}
}

func TestDescribeRefusesWhatIsNoImage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.tar")
	for _, content := range []string{"", "no tar at all"} {
		os.WriteFile(file, []byte(content), 0o644)
		if _, _, err := Describe(file); err == nil {
			t.Errorf("%q passed for an image", content)
		}
	}
}
