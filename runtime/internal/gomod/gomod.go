// Package gomod answers what godevd has to know of a module's files before it runs the go command.
package gomod

import (
	"errors"
	"go/version"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"godev.io/runtime/internal/envvars"
	"godev.io/runtime/internal/termination"
)

// Module is the module at the root of a workspace.
type Module struct {
	// Dir is the workspace.
	Dir string
	// Path is the module's path, "" if go.mod names none.
	Path string
	// Requires says that go.mod requires modules.
	Requires bool
	// Vendored says that the modules are in a vendor folder which the go command would use.
	Vendored bool
}

// Read reads go.mod in dir. It is lenient: the go command names errors better.
func Read(dir string) (Module, error) {
	path := filepath.Join(dir, "go.mod")
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Module{}, termination.Failuref(termination.GoModMissing,
			"spec.source: the workspace has no go.mod at its top. Run `go mod init` in the source and commit go.mod.")
	case err != nil:
		return Module{}, termination.Failuref(termination.WorkspaceNotReadable,
			"spec.source: %w. The pod's user (spec.securityContext.runAsUser) has to be able to read it.", err)
	}
	module := Module{Dir: dir}
	file, err := modfile.ParseLax("go.mod", content, nil)
	if err != nil {
		return module, nil
	}
	if file.Module != nil {
		module.Path = file.Module.Mod.Path
	}
	module.Requires = len(file.Require) > 0
	// the go command uses a vendor folder from this version on (https://go.dev/ref/mod#build-commands)
	if file.Go != nil && version.Compare("go"+file.Go.Version, "go1.14") >= 0 {
		_, err := os.Stat(filepath.Join(dir, "vendor", "modules.txt"))
		module.Vendored = err == nil
	}
	return module, nil
}

// Has reports whether the named file is at the root of the module.
func (m Module) Has(name string) bool {
	_, err := os.Stat(filepath.Join(m.Dir, name))
	return err == nil
}

// Env returns the variables with which go builds the module. The lock ReadOnly sets -mod=readonly, which would make
// go look past a vendor folder; without the flag go takes the folder, and else is as strict.
func (m Module) Env(vars envvars.Vars) envvars.Vars {
	if m.Vendored && vars.GoFlag("mod") == "readonly" {
		return vars.WithoutGoFlags("mod")
	}
	return vars
}

// FromVendor reports whether go takes the modules from the vendor folder.
func (m Module) FromVendor(vars envvars.Vars) bool {
	flag := vars.GoFlag("mod")
	return m.Vendored && flag != "mod" || flag == "vendor"
}
