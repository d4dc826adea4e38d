// Package mirror copies a folder that the node shows into the workspace: spec.source.hostPath.
//
// The folder may be one of Windows behind 9p: no events, every access slow, all files of root with mode 0777. So it is
// walked from time to time, a file is read only where its size or time changed, and builds run in the workspace.
package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

const (
	// a save of an editor is over by then
	settling = 100 * time.Millisecond
	// least pause between two walks
	least = time.Second
	// share of the time spent walking, as its inverse
	share = 20
)

// Mirror is the way from one folder to the workspace.
type Mirror struct {
	from, workspace string
	log             io.Writer
	known           map[string]file
	identity        string
}

// file is what a walk sees of a file.
type file struct {
	size int64
	time time.Time
	// hash is empty until the file was read
	hash string
}

// New returns a mirror of the folder from. All regular files count but those of .git.
func New(from, workspace string, log io.Writer) *Mirror {
	return &Mirror{from: from, workspace: workspace, log: log}
}

// Once brings the workspace to what the folder holds, and reports whether that changed a file of it.
// Files of the workspace that were edited there are kept under another name when they are overwritten.
func (m *Mirror) Once() (bool, error) {
	seen, err := m.walk()
	if err != nil {
		return false, err
	}
	return m.apply(seen)
}

// Follow mirrors until the context ends, and tells of each pass that changed something or failed otherwise than the
// one before it.
func (m *Mirror) Follow(ctx context.Context, told func(error)) {
	last := ""
	for {
		started := time.Now()
		changed, err := m.settled(ctx)
		words := ""
		if err != nil {
			words = err.Error()
		}
		if ctx.Err() == nil && (changed || words != last) {
			told(err)
		}
		last = words
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(least, share*time.Since(started))):
		}
	}
}

// settled is Once for a folder that somebody may be writing to: it waits until two walks see the same.
func (m *Mirror) settled(ctx context.Context) (bool, error) {
	seen, err := m.walk()
	if err != nil || identityOf(seen) == m.identity {
		return false, err
	}
	for {
		select {
		case <-ctx.Done():
			return false, nil
		case <-time.After(settling):
		}
		again, err := m.walk()
		if err != nil {
			return false, err
		}
		if maps.Equal(again, seen) {
			return m.apply(seen)
		}
		seen = again
	}
}

func (m *Mirror) apply(seen map[string]file) (bool, error) {
	if err := check(seen); err != nil {
		return false, err
	}
	identity := identityOf(seen)
	source := workspace.Source{Identity: "folder " + identity, Files: map[string]workspace.Content{}, Hashes: map[string]string{}}
	for name, one := range seen {
		source.Files[name] = workspace.File(filepath.Join(m.from, filepath.FromSlash(name)))
		if before, ok := m.known[name]; ok && before.size == one.size && before.time.Equal(one.time) && before.hash != "" {
			one.hash = before.hash
		} else {
			hash, err := source.Files[name].Hash()
			if err != nil {
				return false, notReadable(err)
			}
			one.hash = hash
		}
		seen[name], source.Hashes[name] = one, one.hash
	}
	report, err := workspace.Apply(m.workspace, source)
	for _, move := range report.Saved {
		fmt.Fprintf(m.log, "source: your %s is kept as %s, the folder has another\n", move.From, move.To)
	}
	if err != nil {
		return false, workspace.Explain(err)
	}
	m.known, m.identity = seen, identity
	if report.Written+report.Removed > 0 {
		fmt.Fprintf(m.log, "source: %d files written, %d removed\n", report.Written, report.Removed)
	}
	return report.Written+report.Removed > 0, nil
}

// walk returns the regular files of the folder. Links are left out: where they lead is not in the workspace.
func (m *Mirror) walk() (map[string]file, error) {
	seen := map[string]file{}
	err := filepath.WalkDir(m.from, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path != m.from {
			return nil // it went while it was walked
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(m.from, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case name == ".":
			return nil
		case name == ".git", name == workspace.Folder:
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			seen[name] = file{size: info.Size(), time: info.ModTime()}
		}
		return err
	})
	if err != nil {
		return nil, notReadable(err)
	}
	return seen, nil
}

func check(seen map[string]file) error {
	if len(seen) == 0 {
		return termination.Failuref(termination.HostPathEmpty,
			"spec.source.hostPath.path: the node shows an empty folder. Check the path; a node that does not see your machine's "+
				"folders, such as that of Docker Desktop's kind, shows them empty: use spec.source.sync with \"godev sync\" there.")
	}
	if _, ok := seen["go.mod"]; !ok {
		return termination.Failuref(termination.GoModMissing,
			"spec.source.hostPath.path: the folder has no go.mod at its top. Name the folder that has one, or run `go mod init` in it.")
	}
	return nil
}

func notReadable(err error) error {
	return termination.Failuref(termination.WorkspaceNotReadable,
		"spec.source.hostPath: user %d with group %d may not read the folder: %w. "+
			"Let everybody read it, or set spec.securityContext.runAsUser to its owner.", os.Getuid(), os.Getgid(), err)
}

func identityOf(seen map[string]file) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		fmt.Fprintf(sum, "%q %d %d\n", name, seen[name].size, seen[name].time.UnixNano())
	}
	return hex.EncodeToString(sum.Sum(nil))
}
