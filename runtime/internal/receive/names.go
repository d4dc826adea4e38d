package receive

import (
	"path"
	"strings"
	"unicode/utf8"

	"godev.io/runtime/internal/workspace"
)

// checkPath returns an error unless the name is a clean path below the workspace that a client may write to.
func checkPath(name string) error {
	switch {
	case name == "" || name == "." || len(name) > maxPath || !utf8.ValidString(name):
		return invalid("%.100q is no path of a file", name)
	case path.IsAbs(name) || path.Clean(name) != name:
		return invalid("%.100q: the path has to be relative to the workspace, and clean", name)
	}
	for i, part := range strings.Split(name, "/") {
		switch {
		case part == "..":
			return invalid("%.100q leaves the workspace", name)
		case len(part) > maxName:
			return invalid("%.100q has a name of more than %d bytes", name, maxName)
		case strings.EqualFold(part, ".git"):
			return invalid("%.100q belongs to git", name)
		case i == 0 && strings.EqualFold(part, workspace.Folder):
			return invalid("%.100q belongs to the runtime", name)
		case strings.ContainsFunc(part, func(r rune) bool { return r < ' ' || r == 0x7f }):
			return invalid("%.100q has a control character", name)
		}
	}
	return nil
}

// checkLink returns an error unless the target of the link stays in the workspace. ".." is allowed in front alone, where
// it counts real folders: behind a name that is a link itself it would lead anywhere.
func checkLink(name, target string) error {
	if target == "" || len(target) > maxPath || path.IsAbs(target) || strings.ContainsRune(target, 0) || !utf8.ValidString(target) {
		return invalid("the link %.100q leads to %.100q: it has to be relative", name, target)
	}
	depth, named := strings.Count(name, "/"), false
	for _, part := range strings.Split(target, "/") {
		switch part {
		case "..":
			if depth--; named || depth < 0 {
				return invalid("the link %.100q leads to %.100q, out of the workspace", name, target)
			}
		case "", ".":
		default:
			named = true
		}
	}
	return nil
}

// completed reports whether the go command completes the file in the pod, which is no edit.
func completed(name string) bool {
	switch path.Base(name) {
	case "go.mod", "go.sum", "go.work.sum":
		return true
	}
	return false
}
