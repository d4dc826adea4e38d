package repository

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	format "github.com/go-git/go-git/v5/plumbing/format/config"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"godev.io/runtime/internal/termination"
)

// submodule is one that a tree has and its .gitmodules describes (gitmodules(5)).
type submodule struct {
	name, path, url string
	address         address
	commit          plumbing.Hash
}

const (
	modulesFile     = ".gitmodules"
	longestModules  = 1 << 20
	deepestModule   = 10
	fieldSubmodules = "spec.source.git.submodules: "
)

// submodules are those of the tree, of a repository at url. One that could be an attack is refused.
func submodules(store *filesystem.Storage, files tree, url string) ([]submodule, error) {
	described, there := files[modulesFile]
	if !there {
		return nil, nil
	}
	invalid := func(format string, args ...any) error {
		return termination.Failuref(termination.SourceInvalid, fieldSubmodules+format, args...)
	}
	if described.mode != filemode.Regular && described.mode != filemode.Executable {
		return nil, invalid("%s is no file", modulesFile)
	}
	content, err := readBlob(store, described.hash, longestModules)
	if err != nil {
		return nil, err
	}
	parsed := format.New()
	if err := format.NewDecoder(bytes.NewReader(content)).Decode(parsed); err != nil {
		return nil, invalid("%s cannot be read: %w", modulesFile, err)
	}
	var found []submodule
	for _, one := range parsed.Section("submodule").Subsections {
		sub := submodule{name: one.Name, path: one.Option("path")}
		if checkPath(sub.path) != nil || path.IsAbs(sub.path) || path.Clean(sub.path) != sub.path {
			return nil, invalid("the path %s of a submodule is refused", shown(sub.path))
		}
		link := files[sub.path]
		if link.mode != filemode.Submodule {
			continue // described, but not there
		}
		sub.commit = link.hash
		if err := checkModuleName(one.Name); err != nil {
			return nil, invalid("a submodule's name %w", err)
		}
		if sub.url, err = absolute(url, one.Option("url")); err == nil {
			sub.address, err = parseAddress(sub.url)
		}
		if err != nil {
			return nil, invalid("the URL of the submodule %s: %w", shown(sub.path), err)
		}
		found = append(found, sub)
	}
	slices.SortFunc(found, func(one, other submodule) int { return strings.Compare(one.name, other.name) })
	for i := 1; i < len(found); i++ {
		if strings.HasPrefix(strings.ToLower(found[i].name)+"/", strings.ToLower(found[i-1].name)+"/") {
			return nil, invalid("the submodules %s and %s have names that are in each other's way", shown(found[i-1].name), shown(found[i].name))
		}
	}
	return found, nil
}

// checkModuleName refuses names that are no plain path: git's folder of the submodule is called so.
func checkModuleName(name string) error {
	if name == "" || name[0] == '-' || path.IsAbs(name) || path.Clean(name) != name || strings.Contains(name, `\`) || checkPath(name) != nil {
		return fmt.Errorf("%s is refused", shown(name))
	}
	for _, part := range strings.Split(name, "/") {
		if strings.EqualFold(part, "modules") || strings.EqualFold(part, "hooks") {
			return fmt.Errorf("%s is refused", shown(name))
		}
	}
	return nil
}

// absolute resolves a URL that begins with ./ or ../ against the repository's.
func absolute(base, url string) (string, error) {
	if !strings.HasPrefix(url, "./") && !strings.HasPrefix(url, "../") {
		return url, nil
	}
	start := strings.Index(base, ":") + 1 // of git@host:path
	if scheme, rest, found := strings.Cut(base, "://"); found {
		start = len(scheme) + len("://") + strings.Index(rest+"/", "/")
	}
	prefix, file := base[:start], strings.TrimRight(base[start:], "/")
	for {
		switch {
		case strings.HasPrefix(url, "./"):
			url = url[2:]
		case strings.HasPrefix(url, "../"):
			url = url[3:]
			if strings.Trim(file, "/") == "" {
				return "", fmt.Errorf("%s leads out of the server", shown(url))
			}
			file = file[:max(strings.LastIndexByte(file, '/'), 0)]
		default:
			if file == "" && !strings.Contains(base, "://") {
				return prefix + url, nil
			}
			return prefix + file + "/" + url, nil
		}
	}
}

func readBlob(store *filesystem.Storage, hash plumbing.Hash, most int64) ([]byte, error) {
	blob, err := object.GetBlob(store, hash)
	if err != nil {
		return nil, err
	}
	reader, err := blob.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return io.ReadAll(io.LimitReader(reader, most))
}
