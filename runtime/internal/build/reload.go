package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/watch"
)

// Beside builds the target next to the program, which may be running. Keep makes it the program. With an error the
// one built beside before, if it was not kept yet, stays.
//
// Nothing is checked, copied or written through to the disk: this is what a developer waits for.
func (b Builder) Beside(ctx context.Context, target Target) (Result, error) {
	result := Result{Package: target.Package, Started: time.Now()}
	err := cache(errors.Join(os.MkdirAll(filepath.Dir(b.Output), 0o755), os.RemoveAll(b.fresh())))
	if err == nil {
		err = b.explained(b.compile(ctx, target))
	}
	if err == nil {
		err = executable(b.fresh(), target.Package)
	}
	if err == nil {
		err = cache(os.Rename(b.fresh(), b.beside(".next")))
	}
	result.Took = time.Since(result.Started)
	return result, err
}

// Same reports whether the program built beside is the one that is kept already.
func (b Builder) Same() bool {
	next, err := os.Open(b.beside(".next"))
	if err != nil {
		return false
	}
	defer next.Close()
	kept, err := os.Open(b.Output)
	if err != nil {
		return false
	}
	defer kept.Close()
	// the build ID, a hash of all, is among the first bytes: different programs are told apart at once
	one, other := make([]byte, 128<<10), make([]byte, 128<<10)
	for {
		n, err := io.ReadFull(next, one)
		m, otherErr := io.ReadFull(kept, other)
		switch {
		case !bytes.Equal(one[:n], other[:m]):
			return false
		case err != nil || otherErr != nil:
			return ended(err) && ended(otherErr)
		}
	}
}

func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// Keep makes the program that was built beside the one at Output.
func (b Builder) Keep() error { return cache(os.Rename(b.beside(".next"), b.Output)) }

// Drop removes the program that was built beside.
func (b Builder) Drop() { _ = os.Remove(b.beside(".next")) }

// Flush writes the program through to the disk: a node that fails must not leave a half-written one that go takes for
// up to date.
func (b Builder) Flush() {
	if file, err := os.Open(b.Output); err == nil {
		_ = file.Sync()
		_ = file.Close()
	}
}

// executable refuses what go build makes of a package that is no program: an archive.
func executable(path, name string) error {
	file, err := os.Open(path)
	if err != nil {
		return cache(err)
	}
	defer file.Close()
	magic := make([]byte, 4)
	if _, err := io.ReadFull(file, magic); err == nil && string(magic) == "\x7fELF" {
		return nil
	}
	return termination.Failuref(termination.NoMainPackage, "spec.run.package: %s is no program. A program needs `package main` with a func main.", name)
}

// Embeds lists the patterns of the packages the target is made of.
func (b Builder) Embeds(ctx context.Context, target Target) ([]watch.Embed, error) {
	b.Tool.Env = target.env
	out, err := b.Tool.Output(ctx, "list", "-e", "-deps", "-json=Dir,EmbedPatterns", target.Package)
	if err != nil {
		return nil, err
	}
	root, err := filepath.EvalSymlinks(b.Tool.Dir)
	if err != nil {
		return nil, err
	}
	var found []watch.Embed
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		var one struct {
			Dir           string
			EmbedPatterns []string
		}
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		for _, pattern := range one.EmbedPatterns {
			for _, from := range []string{root, b.Tool.Dir} {
				if dir, err := filepath.Rel(from, one.Dir); err == nil && filepath.IsLocal(dir) {
					found = append(found, watch.Embed{Dir: filepath.ToSlash(dir), Pattern: pattern})
					break
				}
			}
		}
	}
}
