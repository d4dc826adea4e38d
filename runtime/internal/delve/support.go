package delve

import (
	"debug/buildinfo"
	"fmt"
	"go/version"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"

	"godev.io/runtime/internal/termination"
)

// module is Delve's path among the modules a dlv was built from.
const module = "github.com/go-delve/delve"

// span is the number of Go's minor versions that a Delve supports: v1.N those from 1.(N-2) to 1.N.
const span = 3

// Versions are the minor versions of Go whose programs a dlv debugs, such as 25 and 27.
type Versions struct{ Oldest, Newest int }

func (v Versions) String() string { return fmt.Sprintf("1.%d to 1.%d", v.Oldest, v.Newest) }

// Contains reports whether Go's name of a version, such as "go1.26.3", is one of them.
func (v Versions) Contains(name string) bool {
	minor, found := strings.CutPrefix(version.Lang(name), "go1.")
	number, err := strconv.Atoi(minor)
	return found && err == nil && v.Oldest <= number && number <= v.Newest
}

// Supported reads from the dlv command itself which versions of Go it supports.
func (d Debugger) Supported() (Versions, error) {
	info, err := buildinfo.ReadFile(d.Path)
	if err != nil {
		return Versions{}, termination.Failuref(termination.DelveFailed,
			"spec.debug.mode: the debugger cannot be read: %w. Use a runtime image that has dlv beside godevd.", err)
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path != module {
			continue
		}
		if versions, ok := supported(m.Version); ok {
			return versions, nil
		}
	}
	return Versions{}, termination.Failuref(termination.DelveFailed,
		"spec.debug.mode: %s does not say which version of Delve it is. Use the runtime image as it is released.", d.Path)
}

func supported(delve string) (Versions, bool) {
	minor, found := strings.CutPrefix(semver.MajorMinor(delve), "v1.")
	newest, err := strconv.Atoi(minor)
	return Versions{newest - span + 1, newest}, found && err == nil
}

// Check refuses a program of a version of Go that this Delve does not support.
func (d Debugger) Check(program string) error {
	versions, err := d.Supported()
	if err != nil {
		return err
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return termination.Failuref(termination.DelveFailed, "spec.debug.mode: the program cannot be debugged: %w. It has to be built by Go.", err)
	}
	// "go1.26.3 X:experiment"
	name, _, _ := strings.Cut(info.GoVersion, " ")
	if versions.Contains(name) || strings.HasPrefix(name, "devel") {
		return nil
	}
	return unsupported(name, versions)
}

func unsupported(name string, versions Versions) error {
	return termination.Failuref(termination.DelveUnsupportedGo,
		"spec.go.version: the program is built with %s, and the debugger of this release supports Go %s. "+
			"Set spec.go.version to one of these, or spec.debug.mode to Off.", name, versions)
}

// Notes say what a debugger will not show of the program, because of the flags it was built with. They are for people.
func Notes(program string) []string {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil
	}
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	var notes []string
	if flags := strings.Fields(set["-gcflags"]); !has(flags, "-N") || !has(flags, "-l") {
		notes = append(notes, "the program is built with optimizations: variables can be missing and lines out of order. "+
			"Set spec.debug.mode to Delve for a build without them.")
	}
	if set["-trimpath"] == "true" {
		notes = append(notes, "spec.go.flags: with -trimpath the program does not know the paths of its source, and editors do not "+
			"find their breakpoints. Remove the flag, or map the paths in the editor.")
	}
	if flags := strings.Fields(set["-ldflags"]); has(flags, "-w") || has(flags, "-s") {
		notes = append(notes, "spec.go.flags: the program is linked without debug information (-s or -w). Remove these flags.")
	}
	return notes
}

// has finds a flag that may stand behind a pattern of packages, as in "all=-N -l".
func has(flags []string, name string) bool {
	for _, flag := range flags {
		if flag == name || strings.HasSuffix(flag, "="+name) {
			return true
		}
	}
	return false
}
