// Package build compiles the program of a workspace.
package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/gomod"
	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/termination"
)

// Builder builds a main package of the workspace that is the tool's folder.
type Builder struct {
	Tool      gotool.Tool
	Explainer gotool.Explainer
	// Package is the user's name for the package; empty if there is only one to build.
	Package string
	// Output is the path of the program.
	Output string
}

// Result is a build that succeeded.
type Result struct {
	// Package is relative to the workspace, such as "./cmd/x".
	Package string
	Took    time.Duration
}

// Build builds the program. Output is replaced only by a whole one; if it fails it stays as it was.
// With an error the result still names the package, where that was found.
func (b Builder) Build(ctx context.Context) (Result, error) {
	started := time.Now()
	name, err := b.build(ctx)
	result := Result{Package: name, Took: time.Since(started)}
	var goError *gotool.Error
	if errors.As(err, &goError) {
		return result, b.explain(goError)
	}
	if err != nil {
		return result, err
	}
	fmt.Fprintf(b.Tool.Log, "build: %s built in %.1f s\n", name, result.Took.Seconds())
	return result, nil
}

func (b Builder) build(ctx context.Context) (string, error) {
	module, err := gomod.Read(b.Tool.Dir)
	if err != nil {
		return "", err
	}
	b.Tool.Env = module.Env(b.Tool.Env)
	if err := b.checkTarget(ctx); err != nil {
		return "", err
	}
	name, err := b.mainPackage(ctx, module)
	if err != nil {
		return name, err
	}
	fmt.Fprintf(b.Tool.Log, "build: building %s\n", name)
	fresh, err := b.prepareOutput()
	if err != nil {
		return name, err
	}
	if err := b.Tool.Stream(ctx, "build", "-o", fresh, name); err != nil {
		return name, err
	}
	return name, b.place(fresh)
}

// prepareOutput returns the path to build to. go takes a file there for up to date by the build ID at its beginning,
// so a half-written one must never be at Output; a copy of the last program saves linking it again.
func (b Builder) prepareOutput() (string, error) {
	dir, name := filepath.Split(b.Output)
	fresh := filepath.Join(dir, "."+name+".new")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", cache(err)
	}
	// of a killed build
	if err := os.RemoveAll(fresh); err != nil {
		return "", cache(err)
	}
	content, err := os.ReadFile(b.Output)
	if errors.Is(err, os.ErrNotExist) {
		return fresh, nil
	}
	if err == nil {
		err = os.WriteFile(fresh, content, 0o755)
	}
	return fresh, cache(err)
}

func (b Builder) place(fresh string) error {
	file, err := os.Open(fresh)
	if err != nil {
		return cache(err)
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return cache(err)
	}
	return cache(os.Rename(fresh, b.Output))
}

func cache(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return termination.Failuref(termination.CacheFull, "spec.storage.cache.size: the volume is full: %w. "+
			"Raise the size, or run `go clean -cache -modcache` in the environment.", err)
	}
	return termination.Failuref(termination.CacheNotWritable, "spec.storage.cache: the program cannot be written: %w. "+
		"The pod's user has to own the volume, or its group has to be spec.securityContext.fsGroup.", err)
}
