// Package mirror copies a folder that the node shows into the workspace: spec.source.hostPath.
//
// The folder may be one of Windows behind 9p: no events, every access slow, all files of root with mode 0777. So it is
// walked from time to time, a file is read only where its size or time changed, and builds run in the workspace.
package mirror

import (
	"context"
	"fmt"
	"io"
	"maps"
	"time"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

// pace are the times of a mirror.
type pace struct {
	// settling is between two walks that have to see the same, since somebody may be writing to the folder.
	settling time.Duration
	// patience is how long that is waited for. A file that never rests holds the others back no longer.
	patience time.Duration
	// The pause after a pass is share times what a walk took, within these.
	least, most time.Duration
}

const share = 20

var defaultPace = pace{settling: 100 * time.Millisecond, patience: 2 * time.Second, least: time.Second, most: 30 * time.Second}

// Mirror is the way from one folder to the workspace.
type Mirror struct {
	from, workspace string
	log             io.Writer
	pace            pace
	// passed is called after each pass of Follow; tests wait for it
	passed func()

	known    map[string]file
	identity string
	// walked is how long the last walk took
	walked time.Duration
}

// New returns a mirror of the folder from. All its regular files count but those of .git and editors' temporary ones.
func New(from, workspace string, log io.Writer) *Mirror {
	return &Mirror{from: from, workspace: workspace, log: log, pace: defaultPace, passed: func() {}}
}

// Once brings the workspace to what the folder holds, and reports whether that changed a file of it.
// Files of the workspace that were edited there are kept under another name when they are overwritten.
func (m *Mirror) Once(ctx context.Context) (bool, error) {
	changed, err := m.pass(ctx)
	if err == nil && !changed {
		fmt.Fprintf(m.log, "source: unchanged, the workspace stays as it is\n")
	}
	return changed, err
}

// Follow mirrors until the context ends, and tells of each pass that changed something or failed otherwise than the
// one before it.
func (m *Mirror) Follow(ctx context.Context, told func(error)) {
	last := ""
	for {
		changed, err := m.pass(ctx)
		words := ""
		if err != nil {
			words = err.Error()
		}
		if ctx.Err() == nil && (changed || words != last) {
			told(err)
		}
		last = words
		m.passed()
		select {
		case <-ctx.Done():
			return
		case <-time.After(m.pace.pause(m.walked)):
		}
	}
}

func (p pace) pause(walked time.Duration) time.Duration {
	return min(max(p.least, share*walked), p.most)
}

// pass waits until two walks see the same, if the first saw something new, and mirrors that.
func (m *Mirror) pass(ctx context.Context) (bool, error) {
	seen, err := m.walk()
	if err != nil {
		return false, m.explain(err)
	}
	if same, err := m.isMirrored(seen); same || err != nil {
		return false, err
	}
	for latest := time.Now().Add(m.pace.patience); ; {
		select {
		case <-ctx.Done():
			return false, &termination.Failure{Reason: termination.Stopped, Detail: "asked to stop before it was done", Cause: ctx.Err()}
		case <-time.After(m.pace.settling):
		}
		again, err := m.walk()
		if err != nil {
			return false, m.explain(err)
		}
		late := time.Now().After(latest)
		rests := maps.Equal(again, seen)
		seen = again
		if !rests && !late {
			continue
		}
		changed, err := m.apply(seen, late)
		if isGone(err) {
			continue // the next walk tells whether it was a file or the folder
		}
		return changed, m.explain(err)
	}
}

// isMirrored reports whether the workspace has what was seen, perhaps since an earlier container.
func (m *Mirror) isMirrored(seen map[string]file) (bool, error) {
	identity := identityOf(seen)
	if m.identity != "" {
		return identity == m.identity, nil
	}
	hashes, err := workspace.Hashes(m.workspace, "folder "+identity)
	if err != nil || hashes == nil {
		return false, m.explain(err)
	}
	for name, one := range seen {
		one.hash = hashes[name]
		seen[name] = one
	}
	m.known, m.identity = seen, identity
	return true, nil
}

// apply mirrors what was seen. With late, files that are gone since count as such, and else are an error.
func (m *Mirror) apply(seen map[string]file, late bool) (bool, error) {
	if err := check(seen); err != nil {
		return false, err
	}
	source := workspace.Source{Files: map[string]workspace.Content{}, Hashes: map[string]string{}}
	for name, one := range seen {
		content := m.content(name)
		if before, ok := m.known[name]; ok && before.size == one.size && before.time.Equal(one.time) && before.hash != "" {
			one.hash = before.hash
		} else if hash, err := content.Hash(); err == nil {
			one.hash = hash
		} else if late && isGone(err) && name != "go.mod" {
			delete(seen, name)
			continue
		} else {
			return false, err
		}
		seen[name], source.Files[name], source.Hashes[name] = one, content, one.hash
	}
	identity := identityOf(seen)
	source.Identity = "folder " + identity
	report, err := workspace.Apply(m.workspace, source)
	for _, move := range report.Saved {
		fmt.Fprintf(m.log, "source: your %s is kept as %s, the folder has another\n", move.From, move.To)
	}
	if err != nil {
		return false, err
	}
	m.known, m.identity = seen, identity
	if report.Written+report.Removed > 0 {
		fmt.Fprintf(m.log, "source: %d files written, %d removed\n", report.Written, report.Removed)
	}
	return report.Written+report.Removed > 0, nil
}
