// Package modules downloads and verifies the modules a workspace requires.
package modules

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"godev.io/runtime/internal/gomod"
	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/repository"
	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

// Lock says whether go.mod and go.sum may be completed: spec.go.modules.lock.
type Lock string

// The locks.
const (
	// ReadOnly takes go.mod and go.sum as they are, and writes to neither.
	ReadOnly Lock = "ReadOnly"
	// Update completes them.
	Update Lock = "Update"
)

// Get downloads the modules of the workspace that is the tool's folder.
func Get(ctx context.Context, tool gotool.Tool, explainer gotool.Explainer, lock Lock) error {
	module, err := gomod.Read(tool.Dir)
	if err != nil {
		return err
	}
	tool.Env = module.Env(tool.Env)
	started := time.Now()
	switch {
	case module.FromVendor(tool.Env):
		fmt.Fprintf(tool.Log, "modules: taken from the vendor folder, nothing to download\n")
		// resolving any package makes go compare vendor/modules.txt with go.mod
		_, err = tool.Output(ctx, "list", "-find", "-e", "./...")
	case lock == Update:
		err = update(ctx, tool, explainer)
	default:
		err = readOnly(ctx, tool, module)
	}
	if err != nil {
		return explainer.Explain(err, termination.ModulesFailed)
	}
	fmt.Fprintf(tool.Log, "modules: ready in %.1f s\n", time.Since(started).Seconds())
	return nil
}

func readOnly(ctx context.Context, tool gotool.Tool, module gomod.Module) error {
	goMod := tool.Env.GoFlag("modfile")
	if goMod == "" {
		goMod = filepath.Join(tool.Dir, "go.mod")
	} else if !filepath.IsAbs(goMod) {
		goMod = filepath.Join(tool.Dir, goMod)
	}
	goSum := strings.TrimSuffix(goMod, ".mod") + ".sum"
	if _, err := os.Stat(goSum); module.Requires && errors.Is(err, fs.ErrNotExist) {
		return termination.Failuref(termination.GoSumMissing,
			"spec.go.modules.lock: go.mod requires modules and there is no go.sum. "+
				"Run `go mod tidy` and commit go.sum, or set spec.go.modules.lock: Update.")
	}
	// go mod download adds sums to go.sum even with -mod=readonly: let it add them to a copy
	scratch, err := os.MkdirTemp(tool.Env.Get("GOTMPDIR"), "modules-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	copied := filepath.Join(scratch, "go.mod")
	for from, to := range map[string]string{goMod: copied, goSum: filepath.Join(scratch, "go.sum")} {
		content, err := os.ReadFile(from)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(to, content, 0o600)
		}
		if err != nil {
			return err
		}
	}
	tool.Env = tool.Env.WithoutGoFlags("mod", "modfile")
	if module.Requires {
		fmt.Fprintf(tool.Log, "modules: downloading\n")
		if err := tool.Stream(ctx, "mod", "download", "-modfile="+copied); err != nil {
			return withoutFolder(err, scratch)
		}
	}
	fmt.Fprintf(tool.Log, "modules: verifying\n")
	return withoutFolder(tool.Stream(ctx, "mod", "verify", "-modfile="+copied), scratch)
}

// withoutFolder takes the copy's folder out of what go said: its random name would make every try another failure.
func withoutFolder(err error, folder string) error {
	var failed *gotool.Error
	if errors.As(err, &failed) {
		// go shows it from the workspace where that is shorter
		shown := regexp.MustCompile(`[^\s:]*` + regexp.QuoteMeta(filepath.Base(folder)+string(filepath.Separator)))
		failed.Output = shown.ReplaceAllString(failed.Output, "")
	}
	return err
}

// update completes go.mod and go.sum for what the packages import, and no more. Not by go mod tidy: it also fetches
// what only the tests of dependencies need, and removes requirements the user may have put there on purpose.
func update(ctx context.Context, tool gotool.Tool, explainer gotool.Explainer) error {
	if tool.Env.GoFlag("mod") == "" {
		tool.Env = tool.Env.With("GOFLAGS=" + strings.TrimSpace(tool.Env.Get("GOFLAGS")+" -mod=mod"))
	}
	return adopt(tool.Dir, func() error {
		fmt.Fprintf(tool.Log, "modules: downloading\n")
		if err := tool.Stream(ctx, "mod", "download"); err != nil {
			return err
		}
		fmt.Fprintf(tool.Log, "modules: completing go.mod and go.sum\n")
		// -e: a package that does not compile is the build's to report
		found, err := tool.Output(ctx, "list", "-e", "-deps", "-f", "{{with .Error}}{{.}}{{end}}", "./...")
		if err != nil {
			return err
		}
		problems := tool.Scrubber.Scrub(strings.TrimSpace(found))
		if problems == "" {
			return nil
		}
		fmt.Fprintln(tool.Log, problems)
		failure := explainer.Find(problems)
		// a package that nobody has may be one that is not built: the build says so if it is
		if failure == nil || failure.Reason == termination.ModuleNotFound || failure.Reason == termination.GoSumOutOfDate {
			return nil
		}
		return failure
	})
}

// adopt has whoever brought the source know what complete makes of go.mod and go.sum.
func adopt(dir string, complete func() error) error {
	names := []string{"go.mod", "go.sum"}
	return workspace.Adopt(dir, names, func() error {
		return repository.Adopt(dir, names, complete)
	})
}
