package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"godev.io/runtime/internal/gomod"
	"godev.io/runtime/internal/termination"
)

// shown is the number of main packages a message lists.
const shown = 20

// mainPackage returns the package to build, relative to the workspace.
func (b Builder) mainPackage(ctx context.Context, module gomod.Module) (string, error) {
	if b.Package == "" {
		return b.onlyMainPackage(ctx)
	}
	name, err := inside(module, b.Package)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(filepath.Join(b.Tool.Dir, name))
	if err != nil || !info.IsDir() {
		return name, b.noMainPackage(ctx, fmt.Sprintf("the workspace has no folder %s", name))
	}
	found, err := b.list(ctx, name)
	if err != nil {
		return name, err
	}
	if len(found) == 1 && found[0].Error == nil && !found[0].isMain() {
		return name, b.noMainPackage(ctx, fmt.Sprintf("%s is no program, but package %s", name, found[0].Name))
	}
	return name, nil // anything else that is wrong with it is for the compiler to say
}

func (b Builder) onlyMainPackage(ctx context.Context) (string, error) {
	mains, err := b.mains(ctx)
	switch {
	case err != nil:
		return "", err
	case len(mains) == 1:
		return mains[0], nil
	case len(mains) > 1:
		return "", termination.Failuref(termination.SeveralMainPackages,
			"spec.run.package: the workspace has %d main packages: %s. Name the one to run.", len(mains), join(mains))
	}
	return "", termination.Failuref(termination.NoMainPackage,
		"spec.run.package: the workspace has no main package. A program needs `package main` with a func main.")
}

func (b Builder) noMainPackage(ctx context.Context, problem string) error {
	mains, err := b.mains(ctx)
	if err != nil {
		return err
	}
	remedy := "There is no main package in the workspace at all."
	if len(mains) > 0 {
		remedy = "Its main packages: " + join(mains) + "."
	}
	return termination.Failuref(termination.NoMainPackage, "spec.run.package: %s. %s", problem, remedy)
}

func (b Builder) mains(ctx context.Context) ([]string, error) {
	found, err := b.list(ctx, "./...")
	if err != nil {
		return nil, err
	}
	root, err := filepath.EvalSymlinks(b.Tool.Dir)
	if err != nil {
		return nil, err
	}
	var mains []string
	for _, p := range found {
		if !p.isMain() {
			continue
		}
		name, err := filepath.Rel(root, p.Dir)
		if err != nil || !filepath.IsLocal(name) {
			name, err = filepath.Rel(b.Tool.Dir, p.Dir)
		}
		if err == nil && filepath.IsLocal(name) {
			mains = append(mains, dotted(name))
		}
	}
	return mains, nil
}

type listed struct {
	Name, Dir         string
	GoFiles, CgoFiles []string
	Error             *struct{ Err string }
}

// isMain is false for a folder that has only tests in package main.
func (l listed) isMain() bool { return l.Name == "main" && len(l.GoFiles)+len(l.CgoFiles) > 0 }

func (b Builder) list(ctx context.Context, pattern string) ([]listed, error) {
	// -e: a broken package must not hide the others; -find: imports are not looked at, nothing is downloaded
	out, err := b.Tool.Output(ctx, "list", "-e", "-find", "-json=Name,Dir,GoFiles,CgoFiles,Error", pattern)
	if err != nil {
		return nil, err
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(out)); ; {
		var one listed
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		all = append(all, one)
	}
}

// inside returns the user's name of a package as "./path", and refuses one outside the workspace.
func inside(module gomod.Module, name string) (string, error) {
	relative := name
	if rest, found := strings.CutPrefix(name, module.Path); found && module.Path != "" && (rest == "" || rest[0] == '/') {
		relative = "." + rest // named by its import path
	}
	if !filepath.IsLocal(relative) || strings.Contains(relative, "...") || strings.HasSuffix(relative, ".go") {
		return "", termination.Failuref(termination.NoMainPackage,
			"spec.run.package: %q is not one package of the workspace. Write it relative to go.mod, such as ./cmd/server.", name)
	}
	root, err := filepath.EvalSymlinks(module.Dir)
	if err != nil {
		return "", err
	}
	if target, err := filepath.EvalSymlinks(filepath.Join(module.Dir, relative)); err == nil {
		if rest, err := filepath.Rel(root, target); err != nil || !filepath.IsLocal(rest) {
			return "", termination.Failuref(termination.NoMainPackage,
				"spec.run.package: %s is a link out of the workspace. Name a package inside it.", name)
		}
	}
	return dotted(filepath.Clean(relative)), nil
}

func dotted(name string) string {
	if name == "." {
		return name
	}
	return "./" + filepath.ToSlash(name)
}

func join(names []string) string {
	if len(names) > shown {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
	}
	return strings.Join(names, ", ")
}
