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

	"godev.io/runtime/internal/envvars"
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
	// Kind is how it is built.
	Kind Kind
}

// Result is a build that succeeded.
type Result struct {
	// Package is relative to the workspace, such as "./cmd/x".
	Package string
	Started time.Time
	Took    time.Duration
}

// Build builds the program. Output is replaced only by a whole one; if it fails it stays as it was.
// With an error the result still names the package, where that was found.
func (b Builder) Build(ctx context.Context) (Result, error) {
	started := time.Now()
	target, err := b.Check(ctx)
	if err == nil {
		err = b.build(ctx, target)
	}
	result := Result{Package: target.Package, Started: started, Took: time.Since(started)}
	if err != nil {
		return result, b.explained(err)
	}
	fmt.Fprintf(b.Tool.Log, "build: %s built in %.1f s\n", target.Package, result.Took.Seconds())
	return result, nil
}

// Target is what is built, after it was checked. It holds as long as go.mod and the folders of main packages stay.
type Target struct {
	// Package is relative to the workspace, such as "./cmd/x".
	Package string
	env     envvars.Vars
}

// Check finds the package to build, and refuses what cannot be built or run here. With an error the target still
// names the package, where that was found.
func (b Builder) Check(ctx context.Context) (Target, error) {
	module, err := gomod.Read(b.Tool.Dir)
	if err != nil {
		return Target{}, err
	}
	b.Tool.Env = module.Env(b.Tool.Env)
	if err := b.checkTarget(ctx); err != nil {
		return Target{}, b.explained(err)
	}
	name, err := b.mainPackage(ctx, module)
	return Target{name, b.Tool.Env}, b.explained(err)
}

func (b Builder) build(ctx context.Context, target Target) error {
	fmt.Fprintf(b.Tool.Log, "build: building %s\n", target.Package)
	if err := b.prepareOutput(); err != nil {
		return err
	}
	if err := b.compile(ctx, target); err != nil {
		return err
	}
	return b.place()
}

func (b Builder) compile(ctx context.Context, target Target) error {
	b.Tool.Env = target.env
	args := append([]string{"build"}, b.Kind.flags(target.env)...)
	return b.Tool.Stream(ctx, append(args, "-o", b.fresh(), target.Package)...)
}

// explained turns an error of the go command into a failure.
func (b Builder) explained(err error) error {
	var goError *gotool.Error
	if errors.As(err, &goError) {
		return b.explain(goError)
	}
	return err
}

// fresh is the path to build to.
func (b Builder) fresh() string { return b.beside(".new") }

func (b Builder) beside(suffix string) string {
	dir, name := filepath.Split(b.Output)
	return filepath.Join(dir, "."+name+suffix)
}

// prepareOutput makes the path to build to. go takes a file there for up to date by the build ID at its beginning,
// so a half-written one must never be at Output; a copy of the last program saves linking it again.
func (b Builder) prepareOutput() error {
	if err := os.MkdirAll(filepath.Dir(b.Output), 0o755); err != nil {
		return cache(err)
	}
	// of a killed build
	if err := os.RemoveAll(b.fresh()); err != nil {
		return cache(err)
	}
	content, err := os.ReadFile(b.Output)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = os.WriteFile(b.fresh(), content, 0o755)
	}
	return cache(err)
}

func (b Builder) place() error {
	file, err := os.Open(b.fresh())
	if err != nil {
		return cache(err)
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return cache(err)
	}
	return cache(os.Rename(b.fresh(), b.Output))
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
