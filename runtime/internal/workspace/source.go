package workspace

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Source is what the workspace is to hold.
type Source struct {
	// Identity changes when the source does.
	Identity string
	// Files are its regular files by their path in the workspace, with slashes.
	Files map[string]Content
	// Hashes are the SHA-256, in hexadecimal digits, of those files whose content is known already.
	Hashes map[string]string
}

// Content opens the content of a file.
type Content func() (io.ReadCloser, error)

// Bytes is content in memory.
func Bytes(content []byte) Content {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
}

// File is the content of the file at path.
func File(path string) Content {
	return func() (io.ReadCloser, error) { return os.Open(path) }
}

// Tree returns the regular files below dir.
func Tree(dir string) (map[string]Content, error) {
	files := map[string]Content{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = File(path)
		return err
	})
	return files, err
}

func (s Source) hashes() (map[string]string, error) {
	all := map[string]string{}
	for name, content := range s.Files {
		if name == Folder || strings.HasPrefix(name, Folder+"/") {
			continue // godevd's own
		}
		if known, ok := s.Hashes[name]; ok {
			all[name] = known
			continue
		}
		hash, err := content.Hash()
		if err != nil {
			return nil, err
		}
		all[name] = hash
	}
	return all, nil
}

// Hash returns the content's SHA-256 in hexadecimal digits.
func (c Content) Hash() (string, error) {
	file, err := c()
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
