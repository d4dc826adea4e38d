package archive

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

const (
	// beganName is there from before the first file to after the last one
	beganName = workspace.Folder + "/restoring"
	// doneName says which archive the workspace was made of
	doneName = workspace.Folder + "/restored.json"
)

// restored is the content of .godev/restored.json.
type restored struct {
	SHA256 string    `json:"sha256"`
	Time   time.Time `json:"time"`
}

// Restore makes the empty workspace at dir what it was when the archive in from was made. A workspace that was made of the
// archive before stays as it is, and one that holds anything else is refused.
func Restore(ctx context.Context, log io.Writer, from, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return workspace.Explain(err)
	}
	defer root.Close()
	done, err := current(root)
	if err != nil {
		return workspace.Explain(err)
	}
	archives, err := os.OpenRoot(from)
	if err != nil {
		return unreadable(err)
	}
	defer archives.Close()
	manifest, err := read(archives)
	if err != nil {
		return err
	}
	if done != "" {
		if done != manifest.SHA256 {
			return termination.Failuref(termination.WorkspaceNotEmpty,
				"spec.source.snapshot.archive: the workspace was made of another archive. Create another GoDevEnvironment for this one.")
		}
		fmt.Fprintln(log, "source: restored before, the workspace stays as it is")
		return nil
	}
	if err := prepare(log, root); err != nil {
		return workspace.Explain(err)
	}
	started := time.Now()
	if err := verify(ctx, archives, contentName, manifest); err != nil {
		return err
	}
	if err := unpack(ctx, archives, root, manifest); err != nil {
		return workspace.Explain(err)
	}
	fmt.Fprintf(log, "source: restored in %.1f s: %s\n", time.Since(started).Seconds(), manifest)
	return nil
}

func current(root *os.Root) (string, error) {
	content, err := root.ReadFile(doneName)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	var r restored
	if err == nil {
		err = json.Unmarshal(content, &r)
	}
	return r.SHA256, err
}

// prepare leaves an empty workspace, which says that it is being restored. It removes nothing but what a restore that was
// cut off has put there.
func prepare(log io.Writer, root *os.Root) error {
	_, err := root.Lstat(beganName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	again := err == nil
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(entry fs.DirEntry) bool { return ownName(entry.Name()) })
	if again {
		fmt.Fprintln(log, "source: the restore before this one was cut off, it starts anew")
		for _, entry := range entries {
			if err := remove(root, entry); err != nil {
				return err
			}
		}
		return nil
	}
	if len(entries) > 0 {
		return termination.Failuref(termination.WorkspaceNotEmpty,
			"spec.source.snapshot: the workspace holds files already, such as %s, and a restore writes over none. Delete its claim, "+
				"or give the GoDevEnvironment another name.", entries[0].Name())
	}
	if err := root.MkdirAll(workspace.Folder, 0o755); err != nil {
		return err
	}
	return save(root, beganName, nil)
}

func remove(root *os.Root, top fs.DirEntry) error {
	if !top.IsDir() {
		return root.Remove(top.Name())
	}
	err := fs.WalkDir(root.FS(), top.Name(), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			return root.Chmod(name, 0o700) // a folder that was read-only would keep what is in it
		}
		return err
	})
	return errors.Join(err, root.RemoveAll(top.Name()))
}

func unpack(ctx context.Context, archives, root *os.Root, manifest Manifest) error {
	file, err := archives.Open(contentName)
	if err != nil {
		return unreadable(err)
	}
	defer file.Close()
	u := &unpacker{root: root}
	if err := entries(ctx, file, manifest, u); err != nil {
		return err
	}
	if err := u.finish(); err != nil {
		return err
	}
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	// one for all of them: an fsync a file takes minutes
	if err := errors.Join(unix.Syncfs(int(folder.Fd())), folder.Close()); err != nil {
		return fmt.Errorf("the workspace is not on the disk: %w", err)
	}
	content, err := json.Marshal(restored{SHA256: manifest.SHA256, Time: time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := save(root, doneName, append(content, '\n')); err != nil {
		return err
	}
	return root.Remove(beganName)
}

// unpacker writes into a workspace. The root refuses whatever would lead out of it.
type unpacker struct {
	root *os.Root
	// folders get their modes and times last: what is written into them needs the one and changes the other
	folders []*tar.Header
}

func (u *unpacker) folder(header *tar.Header) error {
	u.folders = append(u.folders, header)
	return u.root.Mkdir(header.Name, 0o700)
}

func (u *unpacker) link(header *tar.Header) error {
	if err := u.root.Symlink(header.Linkname, header.Name); err != nil {
		return err
	}
	folder, err := u.root.Open(path.Dir(header.Name))
	if err != nil {
		return err
	}
	at := unix.NsecToTimespec(header.ModTime.UnixNano())
	err = unix.UtimesNanoAt(int(folder.Fd()), path.Base(header.Name), []unix.Timespec{at, at}, unix.AT_SYMLINK_NOFOLLOW)
	return errors.Join(err, folder.Close())
}

func (u *unpacker) file(header *tar.Header, content io.Reader) error {
	file, err := u.root.OpenFile(header.Name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	if err := errors.Join(err, file.Chmod(header.FileInfo().Mode().Perm()), file.Close()); err != nil {
		return err
	}
	return u.root.Chtimes(header.Name, header.ModTime, header.ModTime)
}

func (u *unpacker) finish() error {
	for _, header := range slices.Backward(u.folders) {
		info, err := u.root.Lstat(header.Name)
		if err != nil {
			return err
		}
		// the group of a volume is handed down by this bit
		mode := header.FileInfo().Mode().Perm() | info.Mode()&fs.ModeSetgid
		if err := errors.Join(u.root.Chmod(header.Name, mode), u.root.Chtimes(header.Name, header.ModTime, header.ModTime)); err != nil {
			return err
		}
	}
	return nil
}
