package repository

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
)

// Names inside the workspace.
const (
	gitFolder = ".git"
	// stateName is in git's folder, so that it comes and goes with the clone.
	stateName = "godev.json"
	// staging is there too, on the same file system as the files.
	staging = "godev-tmp"
)

// state is what is known of a clone beyond what git notes.
type state struct {
	URL string `json:"url"`
	// Ref is as in the spec.
	Ref string `json:"ref,omitempty"`
	// Branch is the local one that is kept up to date, "" if there is none.
	Branch string `json:"branch,omitempty"`
	// Commit is what was checked out last.
	Commit string `json:"commit"`
	// Next is what is being checked out, "" if nothing is.
	Next string `json:"next,omitempty"`
	// NextBranch and NextRef belong to it.
	NextBranch string `json:"nextBranch,omitempty"`
	NextRef    string `json:"nextRef,omitempty"`
}

func readState(root *os.Root) (state, error) {
	content, err := root.ReadFile(path.Join(gitFolder, stateName))
	var s state
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || notFolder(err) {
			return s, nil
		}
		return s, err
	}
	if json.Unmarshal(content, &s) != nil {
		return state{}, nil // not this clone's: it is kept as the developer's
	}
	return s, nil
}

// write puts the state into git's folder at dir.
func (s state) write(root *os.Root, dir string) error {
	content, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	return writeFile(root, path.Join(dir, stateName), append(content, '\n'))
}

// writeFile replaces the file at once.
func writeFile(root *os.Root, name string, content []byte) error {
	file, err := root.OpenFile(name+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return root.Rename(name+".new", name)
}
