package watch

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Embed is a pattern of a //go:embed directive.
type Embed struct {
	// Dir is the package's folder, relative to the workspace, "." for the workspace itself.
	Dir string
	// Pattern is as in the directive (https://pkg.go.dev/embed).
	Pattern string
}

// rules say which files of a workspace count. Paths are relative to it, with slashes.
type rules struct {
	// exclude are globs by their segments; one without a slash begins with ** here
	exclude [][]string
	embeds  []embed
}

type embed struct {
	segments []string
	// all says that names with a dot or an underscore in front count below a folder too
	all bool
}

var (
	// files that the go command looks at, beside *.go (go help list)
	sources = regexp.MustCompile(`\.(s|S|sx|c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|swig|swigcxx|syso)$`)
	// vim, emacs, JetBrains' safe write, gedit, Windows' and sed's in-place edits
	temporary = regexp.MustCompile(`(~|\.sw[a-z]|\.tmp|___jb_(tmp|old|bak)___)$|^4913$|^#.*#$|^\.#|^\.goutputstream-|^sed[A-Za-z0-9]{6}$`)
)

func newRules(exclude []string) (rules, error) {
	var r rules
	for _, glob := range exclude {
		segments := split(strings.TrimSuffix(path.Clean(filepath.ToSlash(glob)), "/"))
		for _, segment := range segments {
			if _, err := path.Match(segment, ""); err != nil {
				return r, fmt.Errorf("%q is no glob: %w", glob, err)
			}
		}
		if len(segments) == 1 {
			segments = []string{"**", segments[0]}
		}
		r.exclude = append(r.exclude, segments)
	}
	return r, nil
}

func newEmbeds(found []Embed) []embed {
	var embeds []embed
	for _, one := range found {
		pattern, all := strings.CutPrefix(one.Pattern, "all:")
		embeds = append(embeds, embed{split(path.Join(filepath.ToSlash(one.Dir), pattern)), all})
	}
	return embeds
}

// file reports whether a change of the file counts.
func (r rules) file(name string) bool {
	segments := split(name)
	base := segments[len(segments)-1]
	switch {
	case IsTemporary(base), r.excluded(segments):
		return false
	case slices.ContainsFunc(r.embeds, func(e embed) bool { return e.holds(segments) }):
		return true
	case name == "vendor/modules.txt":
		return true
	case slices.ContainsFunc(segments[:len(segments)-1], ignoredFolder), hidden(base):
		return false
	}
	switch base {
	case "go.mod", "go.sum", "go.work", "go.work.sum":
		return true
	}
	if strings.HasSuffix(base, ".go") {
		return !strings.HasSuffix(base, "_test.go")
	}
	return sources.MatchString(base)
}

// IsTemporary reports whether a file of this name, without a folder, is one that an editor makes while it saves.
func IsTemporary(base string) bool { return temporary.MatchString(base) }

// folder reports whether files that count can be in the folder, or below it.
func (r rules) folder(name string) bool {
	if name == "." {
		return true
	}
	segments := split(name)
	if r.excluded(segments) {
		return false
	}
	return name == "vendor" || !slices.ContainsFunc(segments, ignoredFolder) ||
		slices.ContainsFunc(r.embeds, func(e embed) bool { return e.reaches(segments) })
}

// excluded reports whether a glob matches the path or a folder it is in.
func (r rules) excluded(segments []string) bool {
	for _, glob := range r.exclude {
		for end := 1; end <= len(segments); end++ {
			if match(glob, segments[:end]) {
				return true
			}
		}
	}
	return false
}

// match is path.Match for each segment; ** stands for any number of them.
func match(glob, segments []string) bool {
	if len(glob) == 0 {
		return len(segments) == 0
	}
	if glob[0] == "**" {
		for skip := range len(segments) + 1 {
			if match(glob[1:], segments[skip:]) {
				return true
			}
		}
		return false
	}
	return len(segments) > 0 && matchOne(glob[0], segments[0]) && match(glob[1:], segments[1:])
}

func matchOne(glob, segment string) bool {
	matched, _ := path.Match(glob, segment)
	return matched
}

// holds reports whether the pattern embeds the file, or a folder it is in.
func (e embed) holds(file []string) bool {
	return len(file) >= len(e.segments) && e.reaches(file)
}

// reaches reports whether the pattern matches something below the path, or the path, or a folder it is in.
func (e embed) reaches(segments []string) bool {
	for i, segment := range segments {
		if i >= len(e.segments) {
			if !e.all && hidden(segment) {
				return false
			}
		} else if !matchOne(e.segments[i], segment) {
			return false
		}
	}
	return true
}

// hidden reports whether the go command passes over the name.
func hidden(name string) bool { return name[0] == '.' || name[0] == '_' }

func ignoredFolder(name string) bool {
	return hidden(name) || name == "testdata" || name == "vendor" || name == "node_modules"
}

// split cuts a clean path; "." has no segment.
func split(name string) []string {
	if name == "." {
		return nil
	}
	return strings.Split(name, "/")
}
