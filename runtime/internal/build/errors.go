package build

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/termination"
)

var (
	// file:line:column: problem, of the compiler, the loader of packages and C compilers; the linker has no column
	placed = regexp.MustCompile(`(?m)^(?:vet: |go: )?([^\s:][^:\n]*\.[A-Za-z]+):(\d+)(?::(\d+))?: (.+)$`)

	noCompiler = regexp.MustCompile(`C compiler "([^"]*)" not found|cgo: exec [^:]*: executable file not found|exec: "(gcc|g\+\+|clang|cc)": executable file not found`)
	needsCgo   = regexp.MustCompile(`-(race|msan|asan) requires cgo`)
	onlyCgo    = regexp.MustCompile(`build constraints exclude all Go files in .*`)
	badTarget  = regexp.MustCompile(`unsupported GOOS/GOARCH pair \S+|invalid GO(ARM|AMD64|ARM64|386)\b.*`)
	badFlag    = regexp.MustCompile(`flag provided but not defined: \S+|parsing \$GOFLAGS: .*|invalid value .* for flag .*`)
)

// explain turns the output of a go build that failed into a failure.
func (b Builder) explain(err *gotool.Error) error {
	output := err.Output
	failure := &termination.Failure{Reason: termination.BuildFailed, Cause: err}
	switch {
	case b.Kind.Instrument == Race && (needsCgo.MatchString(output) || noCompiler.MatchString(output)):
		failure.Reason = termination.CgoCompilerMissing
		failure.Detail = "spec.run.instrument: Race needs cgo and a C compiler. Use golang:<version>-bookworm, which has gcc, in spec.go.image, " +
			"and do not set CGO_ENABLED to \"0\" in spec.go.env; or set spec.run.instrument to None."
		return failure
	case noCompiler.MatchString(output):
		failure.Reason = termination.CgoCompilerMissing
		failure.Detail = "spec.go.image: the build needs a C compiler and this image has none. " +
			"Use golang:<version>-bookworm, which has gcc, or set CGO_ENABLED to \"0\" in spec.go.env."
		return failure
	case needsCgo.MatchString(output):
		failure.Reason = termination.CgoCompilerMissing
		failure.Detail = "spec.go.flags: " + needsCgo.FindString(output) +
			". Set CGO_ENABLED to \"1\" in spec.go.env, with an image that has gcc, or remove the flag."
		return failure
	case badTarget.MatchString(output):
		failure.Reason = termination.WrongArchitecture
		failure.Detail = "spec.go.env: " + badTarget.FindString(output) + ". Correct it, or remove GOOS and GOARCH from spec.go.env."
		return failure
	case badFlag.MatchString(output):
		failure.Detail = "spec.go.flags: " + badFlag.FindString(output) + ". Correct or remove the flag; `go help build` lists them."
		return failure
	}
	place := firstPlace(b.Tool.Dir, output)
	// of modules that are missing go also says where they are imported; memory runs out anywhere
	if found := b.Explainer.Find(output); found != nil {
		found.File, found.Line, found.Column, found.Problem, found.Cause = place.File, place.Line, place.Column, place.Problem, err
		return found
	}
	if onlyCgo.MatchString(output) {
		failure.Detail = "spec.go.env: " + onlyCgo.FindString(output) +
			". If the package is written with cgo, set CGO_ENABLED to \"1\" in spec.go.env; else look at its build tags and spec.go.flags."
		return failure
	}
	if err.Killed() {
		failure.Reason, failure.Detail = termination.OutOfMemory, b.Explainer.OutOfMemory("the go command")
		return failure
	}
	if place.File == "" {
		failure.Problem = firstProblem(output)
		if failure.Problem == "" {
			failure.Problem = err.Error()
		}
		failure.Detail = failure.Problem + ". Correct it in the source; the container's log has the whole output."
		return failure
	}
	place.Reason, place.Cause = termination.BuildFailed, err
	place.Detail = fmt.Sprintf("%s:%d: %s. Correct it in the source; the container's log has the compiler's whole output.",
		place.File, place.Line, place.Problem)
	return place
}

// firstPlace returns a failure with the place of the first error in the output, with no file if there is none.
func firstPlace(workspace, output string) *termination.Failure {
	match := placed.FindStringSubmatch(output)
	if match == nil {
		return &termination.Failure{}
	}
	line, _ := strconv.Atoi(match[2])
	column, _ := strconv.Atoi(match[3])
	file := match[1]
	if filepath.IsAbs(file) {
		if relative, err := filepath.Rel(workspace, file); err == nil && filepath.IsLocal(relative) {
			file = relative
		}
	}
	return &termination.Failure{
		File: path.Clean(filepath.ToSlash(file)), Line: line, Column: column, Problem: strings.TrimSpace(match[4]),
	}
}

// firstProblem is the first line that is not the heading of a package.
func firstProblem(output string) string {
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "go: downloading ") {
			return line
		}
	}
	return output
}
