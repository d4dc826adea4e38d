package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/termination"
)

// tree describes everything below dir that a restore has to bring back, an entry a line.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name == "." {
			return nil
		}
		if ownName(name) {
			return fs.SkipDir
		}
		path := filepath.Join(dir, name)
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		what := ""
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			what, err = os.Readlink(path)
		case info.Mode().IsRegular():
			content, failed := os.ReadFile(path)
			what, err = fmt.Sprintf("%x", sha256.Sum256(content)), failed
		}
		lines = append(lines, fmt.Sprintf("%q %s %d %s", name, info.Mode(), info.ModTime().UnixNano(), what))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// folder is a temporary one that can be removed whatever rights its folders have.
func folder(t *testing.T) string {
	dir := t.TempDir()
	t.Cleanup(func() {
		_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				err = os.Chmod(path, 0o700)
			}
			return err
		})
	})
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// workspaceOf makes a tree of everything that developers have in one.
func workspaceOf(t *testing.T) string {
	dir := folder(t)
	random := rand.NewChaCha8([32]byte{1})
	put := func(name string, size int, mode fs.FileMode) {
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		content := make([]byte, size)
		random.Read(content)
		must(t, os.WriteFile(path, content, 0o600))
		must(t, os.Chmod(path, mode))
		at := time.Unix(1_700_000_000, int64(random.Uint64()%1_000_000_000))
		must(t, os.Chtimes(path, at, at))
	}
	put("go.mod", 100, 0o644)
	put("empty", 0, 0o644)
	put("cmd/shop/main.go", 5_000, 0o664)
	put("bin/tool", 3_000_000, 0o755)
	put("secret", 10, 0o400)
	put("grüße/日本語 datei.txt", 20, 0o644)
	put("not-utf8-\xff\xfe", 20, 0o644)
	put("line\nbreak", 20, 0o644)
	put(`back\slash`, 20, 0o644)
	put(strings.Repeat("deep/", 60)+strings.Repeat("n", 200), 20, 0o644)
	put(".git/objects/ab/cdef", 40, 0o444)
	put("read-only/inside", 10, 0o444)
	must(t, os.MkdirAll(filepath.Join(dir, "nothing/in/here"), 0o750))
	must(t, os.Symlink("cmd/shop/main.go", filepath.Join(dir, "link")))
	must(t, os.Symlink("/usr/local/go", filepath.Join(dir, "away")))
	must(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	must(t, os.Link(filepath.Join(dir, "go.mod"), filepath.Join(dir, "hard")))
	must(t, unix.Lutimes(filepath.Join(dir, "link"), []unix.Timeval{{Sec: 1_600_000_000}, {Sec: 1_600_000_000, Usec: 7}}))
	must(t, unix.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	must(t, os.MkdirAll(filepath.Join(dir, ".godev/clone"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, ".godev/source.json"), []byte("{}"), 0o644))
	must(t, os.Chmod(filepath.Join(dir, "read-only"), 0o555))
	return dir
}

func archived(t *testing.T, dir string) string {
	t.Helper()
	to := folder(t)
	_, err := Write(t.Context(), io.Discard, "shop", dir, to)
	must(t, err)
	return to
}

func TestAWorkspaceComesBackAsItWas(t *testing.T) {
	// Given
	before := workspaceOf(t)
	archive, after := folder(t), folder(t)
	must(t, os.Mkdir(filepath.Join(after, "lost+found"), 0o700))

	// When
	manifest, err := Write(t.Context(), io.Discard, "shop", before, archive)
	must(t, err)
	must(t, Restore(t.Context(), io.Discard, archive, after))

	// Then
	want := tree(t, before)
	var lines []string
	for line := range strings.Lines(want) {
		if !strings.HasPrefix(line, `"pipe"`) { // has no content that could be lost
			lines = append(lines, line)
		}
	}
	if got := tree(t, after); got != strings.Join(lines, "") {
		t.Errorf("restored:\n%s\nwas:\n%s", got, want)
	}
	if manifest.Files != 13 || manifest.Links != 3 || manifest.Skipped != 1 {
		t.Errorf("manifest: %+v", manifest)
	}
	left, _ := filepath.Glob(archive + "/*.tmp")
	if left != nil {
		t.Errorf("left over: %v", left)
	}
}

func TestARestoredWorkspaceIsTheDevelopers(t *testing.T) {
	// Given
	archive, dir := archived(t, workspaceOf(t)), folder(t)
	must(t, Restore(t.Context(), io.Discard, archive, dir))
	must(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("edited"), 0o644))
	must(t, os.Remove(filepath.Join(dir, "empty")))
	edited := tree(t, dir)

	// When
	err := Restore(t.Context(), io.Discard, archive, dir)

	// Then
	must(t, err)
	if got := tree(t, dir); got != edited {
		t.Errorf("changed by a second start:\n%s\nwas:\n%s", got, edited)
	}
}

func TestARestoreThatWasCutOffStartsAnew(t *testing.T) {
	// Given
	before := workspaceOf(t)
	archive := archived(t, before)
	want := folder(t)
	must(t, Restore(t.Context(), io.Discard, archive, want))
	whole := len(strings.Split(tree(t, want), "\n"))
	for after := 0; after < whole; after += 3 {
		dir := folder(t)
		ctx := &dying{Context: t.Context(), root: dir, after: after}

		// When
		err := Restore(ctx, io.Discard, archive, dir)
		if err == nil {
			t.Fatalf("it was not cut off after %d entries", after)
		}
		must(t, Restore(t.Context(), io.Discard, archive, dir))

		// Then
		if got := tree(t, dir); got != tree(t, want) {
			t.Errorf("cut off after %d entries and restored:\n%s\nwas:\n%s", after, got, tree(t, want))
		}
	}
}

// dying is cancelled once there are so many entries in root.
type dying struct {
	context.Context
	root  string
	after int
}

func (d *dying) Err() error {
	count := -1
	_ = filepath.WalkDir(d.root, func(name string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.Name() != ".godev" && entry.Name() != "restoring" {
			count++
		}
		return nil
	})
	if _, err := os.Lstat(filepath.Join(d.root, beganName)); err == nil && count >= d.after {
		return context.Canceled
	}
	return nil
}

func TestAnArchiveThatWasCutOffIsMadeAnew(t *testing.T) {
	// Given
	before, archive := workspaceOf(t), folder(t)
	must(t, os.WriteFile(filepath.Join(archive, "workspace.tar.gz.tmp"), []byte("half"), 0o644))
	must(t, os.WriteFile(filepath.Join(archive, "workspace.tar.gz"), []byte("older"), 0o644))
	if err := Restore(t.Context(), io.Discard, archive, folder(t)); !is(err, termination.ArchiveIncomplete) {
		t.Errorf("of half an archive: %v", err)
	}

	// When
	_, err := Write(t.Context(), io.Discard, "shop", before, archive)

	// Then
	must(t, err)
	must(t, Restore(t.Context(), io.Discard, archive, folder(t)))
}

func TestAnArchiveThatIsNotFinishedIsNone(t *testing.T) {
	// Given
	before, archive := workspaceOf(t), archived(t, workspaceOf(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	// When
	_, err := Write(ctx, io.Discard, "shop", before, archive)

	// Then
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error: %v", err)
	}
	if err := Restore(t.Context(), io.Discard, archive, folder(t)); !is(err, termination.ArchiveIncomplete) {
		t.Errorf("the one before it is taken for it: %v", err)
	}
}

func TestAFileThatChangesMeanwhileIsNotArchived(t *testing.T) {
	for _, now := range []string{"longer than it was", "other", "no"} {
		// Given
		dir := folder(t)
		path := filepath.Join(dir, "busy")
		must(t, os.WriteFile(path, []byte("quiet"), 0o644))
		root, err := os.OpenRoot(dir)
		must(t, err)
		defer root.Close()
		w := writer{ctx: t.Context(), root: root}
		w.tar = tar.NewWriter(writing(func([]byte) { must(t, os.WriteFile(path, []byte(now), 0o644)) }))

		// When
		err = w.file(&tar.Header{Name: "busy", Mode: 0o644, Format: tar.FormatPAX, PAXRecords: map[string]string{}})

		// Then
		if !is(err, termination.WorkspaceChanged) {
			t.Errorf("%q: %v", now, err)
		}
	}
}

type writing func([]byte)

func (w writing) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

func TestWhatIsWrongWithAnArchiveIsSaid(t *testing.T) {
	cases := map[string]struct {
		change func(t *testing.T, archive, dir string)
		want   termination.Reason
	}{
		"empty claim": {func(t *testing.T, archive, _ string) { clear(t, archive) }, termination.NotAnArchive},
		"a claim of source": {func(t *testing.T, archive, _ string) {
			clear(t, archive)
			must(t, os.WriteFile(filepath.Join(archive, "go.mod"), nil, 0o644))
		}, termination.NotAnArchive},
		"no manifest": {func(t *testing.T, archive, _ string) { must(t, os.Remove(filepath.Join(archive, manifestName))) }, termination.ArchiveIncomplete},
		"strange manifest": {func(t *testing.T, archive, _ string) {
			must(t, os.WriteFile(filepath.Join(archive, manifestName), []byte(`{"a": 1}`), 0o644))
		}, termination.NotAnArchive},
		"later release": {func(t *testing.T, archive, _ string) {
			must(t, os.WriteFile(filepath.Join(archive, manifestName), []byte(`{"format": 2, "sha256": "x"}`), 0o644))
		}, termination.NotAnArchive},
		"no content": {func(t *testing.T, archive, _ string) { must(t, os.Remove(filepath.Join(archive, contentName))) }, termination.ArchiveDamaged},
		"one bit":    {func(t *testing.T, archive, _ string) { flip(t, filepath.Join(archive, contentName)) }, termination.ArchiveDamaged},
		"cut short": {func(t *testing.T, archive, _ string) {
			must(t, os.Truncate(filepath.Join(archive, contentName), 1000))
		}, termination.ArchiveDamaged},
		"files in the workspace": {func(t *testing.T, _, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "main.go"), nil, 0o644))
		}, termination.WorkspaceNotEmpty},
		"another archive before": {func(t *testing.T, _, dir string) {
			other := folder(t)
			must(t, os.WriteFile(filepath.Join(other, "a"), nil, 0o644))
			must(t, Restore(t.Context(), io.Discard, archived(t, other), dir))
		}, termination.WorkspaceNotEmpty},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			// Given
			archive, dir := archived(t, workspaceOf(t)), folder(t)
			c.change(t, archive, dir)
			before := tree(t, dir)

			// When
			err := Restore(t.Context(), io.Discard, archive, dir)

			// Then
			if !is(err, c.want) || !strings.Contains(err.Error(), "spec.source.snapshot") {
				t.Errorf("error: %v", err)
			}
			if got := tree(t, dir); got != before {
				t.Errorf("the workspace holds:\n%s\nwas:\n%s", got, before)
			}
		})
	}
}

func TestHostileArchivesAreRefused(t *testing.T) {
	file := func(name string) entry {
		return entry{tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644}, "evil"}
	}
	below := func(name string) entry { return entry{tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: 0o755}, ""} }
	link := func(name, to string) entry {
		return entry{tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: to}, ""}
	}
	outside := folder(t)
	cases := map[string][]entry{
		"upwards":                 {file("../evil")},
		"upwards inside":          {below("a/"), file("a/../../evil")},
		"absolute":                {file(outside + "/evil")},
		"link and through it":     {link("a", outside), file("a/evil")},
		"link upwards":            {link("a", ".."), file("a/evil")},
		"folder and link":         {below("a/"), link("a", outside), file("a/evil")},
		"link and folder":         {link("a", outside), below("a/"), file("a/evil")},
		"link, file in its place": {link("a", outside+"/evil"), file("a")},
		"link beside":             {below("b/"), link("a", "b"), file("a/evil")},
		"deep link":               {below("b/"), below("b/c/"), link("a", "b"), file("a/c/evil")},
		"twice":                   {file("a"), file("a")},
		"no folder":               {file("a/b")},
		"own marker":              {below(".godev/"), file(".godev/restored.json")},
		"the file system's own":   {below("lost+found/"), file("lost+found/a")},
		"hard link":               {{tar.Header{Typeflag: tar.TypeLink, Name: "a", Linkname: "/etc/passwd"}, ""}},
		"device":                  {{tar.Header{Typeflag: tar.TypeChar, Name: "a", Devmajor: 1, Devminor: 3}, ""}},
		"pipe":                    {{tar.Header{Typeflag: tar.TypeFifo, Name: "a"}, ""}},
		"the workspace itself":    {link("./", outside)},
		"no hash":                 {{tar.Header{Typeflag: tar.TypeReg, Name: "a", PAXRecords: map[string]string{}}, "evil"}},
	}
	for name, entries := range cases {
		t.Run(name, func(t *testing.T) {
			// Given
			archive, dir := forged(t, entries), filepath.Join(folder(t), "workspace")
			must(t, os.Mkdir(dir, 0o755))

			// When
			err := Restore(t.Context(), io.Discard, archive, dir)

			// Then
			if !is(err, termination.ArchiveDamaged) {
				t.Errorf("error: %v", err)
			}
			for _, place := range []string{outside, filepath.Dir(dir)} {
				if _, err := os.Lstat(filepath.Join(place, "evil")); err == nil {
					t.Errorf("it wrote to %s", place)
				}
			}
		})
	}
}

func TestAnEntryWithMoreRightsGetsThoseOfAnyFile(t *testing.T) {
	// Given
	archive, dir := forged(t, []entry{{tar.Header{Typeflag: tar.TypeReg, Name: "a", Mode: 0o6755}, "x"}}), folder(t)

	// When
	must(t, Restore(t.Context(), io.Discard, archive, dir))

	// Then
	info, err := os.Lstat(filepath.Join(dir, "a"))
	must(t, err)
	if info.Mode() != 0o755 {
		t.Errorf("mode: %s", info.Mode())
	}
}

func TestAFullVolumeIsSaid(t *testing.T) {
	// Given
	full := &fs.PathError{Op: "write", Path: contentName, Err: unix.ENOSPC}

	// When
	err := explain(fmt.Errorf("writing: %w", full))

	// Then
	if !is(err, termination.ArchiveFull) {
		t.Errorf("error: %v", err)
	}
}

type entry struct {
	header  tar.Header
	content string
}

// forged is an archive as somebody would make it who knows all about it.
func forged(t *testing.T, entries []entry) string {
	t.Helper()
	var content bytes.Buffer
	zipped := gzip.NewWriter(&content)
	writer := tar.NewWriter(zipped)
	manifest := Manifest{Format: format}
	for _, e := range entries {
		header := e.header
		header.Format, header.Size = tar.FormatPAX, int64(len(e.content))
		switch header.Typeflag {
		case tar.TypeReg:
			manifest.Files++
			manifest.Bytes += header.Size
			if header.PAXRecords == nil {
				sum := sha256.Sum256([]byte(e.content))
				header.PAXRecords = map[string]string{hashRecord: hex.EncodeToString(sum[:])}
			}
		case tar.TypeDir:
			manifest.Folders++
		case tar.TypeSymlink:
			manifest.Links++
		}
		must(t, writer.WriteHeader(&header))
		_, err := writer.Write([]byte(e.content))
		must(t, err)
	}
	must(t, writer.Close())
	must(t, zipped.Close())
	sum := sha256.Sum256(content.Bytes())
	manifest.Size, manifest.SHA256 = int64(content.Len()), hex.EncodeToString(sum[:])
	encoded, err := json.Marshal(manifest)
	must(t, err)
	dir := folder(t)
	must(t, os.WriteFile(filepath.Join(dir, contentName), content.Bytes(), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, manifestName), encoded, 0o644))
	return dir
}

func is(err error, reason termination.Reason) bool {
	var failure *termination.Failure
	return errors.As(err, &failure) && failure.Reason == reason
}

func clear(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{manifestName, contentName} {
		must(t, os.Remove(filepath.Join(dir, name)))
	}
}

func flip(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	content[len(content)/2] ^= 1
	must(t, os.WriteFile(path, content, 0o644))
}
