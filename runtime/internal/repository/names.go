package repository

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"godev.io/runtime/internal/workspace"
)

// checkPath refuses a path of a tree that git refuses on one of its systems (verify_path in git's read-cache.c): a
// repository that has one was made to attack. A workspace may be mounted on Windows or macOS.
func checkPath(path string) error {
	for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' }) {
		if err := checkName(part); err != nil {
			return fmt.Errorf("%s: %w", shown(path), err)
		}
	}
	if len(path) > 4000 {
		return fmt.Errorf("%s is too long", shown(path))
	}
	return nil
}

func checkName(name string) error {
	switch {
	case name == "", name == ".", name == "..":
		return fmt.Errorf("%q is no name of a file", name)
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("%q has a control character", name)
	case isDotGit(name):
		return fmt.Errorf("%q stands for git's own folder", name)
	}
	return nil
}

// isDotGit reports whether a file system takes the name for .git: NTFS drops dots and blanks at the end and what
// follows a colon, and knows the short name; HFS+ drops characters that are not shown.
func isDotGit(name string) bool {
	name, _, _ = strings.Cut(name, ":")
	name = strings.TrimRight(name, " .")
	name = strings.Map(func(r rune) rune {
		if r >= 0x200c && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x206a && r <= 0x206f || r == 0xfeff || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	return strings.EqualFold(name, ".git") || strings.EqualFold(name, "git~1")
}

// checkTop refuses what would be godevd's own.
func checkTop(path string) error {
	if top, _, _ := strings.Cut(path, "/"); strings.EqualFold(top, workspace.Folder) {
		return fmt.Errorf("it holds the folder %s, where the runtime keeps its notes: remove it with `git rm -r --cached %s`", top, top)
	}
	return nil
}
