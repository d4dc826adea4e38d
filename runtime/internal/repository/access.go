package repository

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"

	"godev.io/runtime/internal/termination"
)

// Keys of the Secret.
const (
	keyUsername   = "username"
	keyPassword   = "password"
	keyPrivate    = "ssh-privatekey"
	keyKnownHosts = "known_hosts"
)

// access is what opens the server.
type access struct {
	origin string
	basic  *githttp.BasicAuth
	signer ssh.Signer
	hosts  *knownhosts.HostKeyDB
	// secrets are what must be in no output
	secrets []string
}

// readAccess reads the Secret mounted at folder; "" is none.
func readAccess(to address, folder string) (*access, error) {
	a := &access{origin: to.origin()}
	var err error
	switch {
	case to.scheme == "ssh" && folder == "":
		return nil, missing("this URL is opened with SSH, which needs a key: name a Secret with the keys %s and %s", keyPrivate, keyKnownHosts)
	case to.scheme == "ssh":
		err = a.readKey(folder)
	case folder != "":
		err = a.readPassword(folder)
	}
	return a, err
}

func missing(format string, args ...any) error {
	return termination.Failuref(termination.CredentialsMissing, "spec.source.git.credentials: "+format+".", args...)
}

func readSecret(folder, key, purpose string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(folder, key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing("the Secret does not exist, or has no key %s, which %s. Create it in the environment's namespace, or add the key", key, purpose)
	}
	if err != nil {
		return nil, missing("the key %s of the Secret cannot be read: %w", key, err)
	}
	return content, nil
}

func (a *access) readPassword(folder string) error {
	user, err := readSecret(folder, keyUsername, "a URL with https needs")
	if err != nil {
		return err
	}
	password, err := readSecret(folder, keyPassword, "a URL with https needs (a token will do)")
	if err != nil {
		return err
	}
	// those who make a Secret from a file often bring the file's last line end along
	basic := &githttp.BasicAuth{Username: strings.TrimRight(string(user), "\r\n"), Password: strings.TrimRight(string(password), "\r\n")}
	if basic.Password == "" {
		return missing("the key %s of the Secret is empty", keyPassword)
	}
	a.basic = basic
	encoded := base64.StdEncoding.EncodeToString([]byte(basic.Username + ":" + basic.Password))
	a.secrets = []string{basic.Password, url.QueryEscape(basic.Password), url.PathEscape(basic.Password), encoded}
	if len(basic.Username) >= 16 { // a token; names of people are shorter
		a.secrets = append(a.secrets, basic.Username)
	}
	return nil
}

func (a *access) readKey(folder string) error {
	key, err := readSecret(folder, keyPrivate, "a URL with SSH needs")
	if err != nil {
		return err
	}
	for _, line := range strings.Fields(string(key)) {
		if len(line) >= 16 && !strings.HasPrefix(line, "-----") {
			a.secrets = append(a.secrets, line)
		}
	}
	a.signer, err = ssh.ParsePrivateKey(key)
	var locked *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &locked):
		return missing("the key in %s is locked with a passphrase, and nobody is there to type it. Make one without (ssh-keygen -N '')", keyPrivate)
	case err != nil:
		return missing("%s holds no private key that can be read: %w", keyPrivate, err)
	}
	file := filepath.Join(folder, keyKnownHosts)
	if content, err := os.ReadFile(file); err != nil || strings.TrimSpace(string(content)) == "" {
		return termination.Failuref(termination.HostKeyUnknown,
			"spec.source.git.credentials: the Secret has no key %s, so nothing says which server is the right one. "+
				"Add the server's keys (`ssh-keyscan HOST`, compared with those that its owner publishes).", keyKnownHosts)
	}
	if a.hosts, err = knownhosts.NewDB(file); err != nil {
		return termination.Failuref(termination.HostKeyUnknown,
			"spec.source.git.credentials: %s cannot be read: %s. Each line has to be one that ssh-keyscan prints.",
			keyKnownHosts, strings.ReplaceAll(err.Error(), file, keyKnownHosts))
	}
	return nil
}

// to returns what opens the other address, which may be that of a submodule: a password is for its server alone, a key
// is for each server whose own key the user listed. nil is nothing.
func (a *access) to(other address) (transport.AuthMethod, error) {
	switch {
	case other.scheme == "ssh" && a.signer == nil:
		return nil, missing("%s is opened with SSH, which needs a key: name a Secret with the keys %s and %s", other.host, keyPrivate, keyKnownHosts)
	case other.scheme == "ssh":
		return &sshLogin{user: other.user, access: a}, nil
	case a.basic != nil && other.origin() == a.origin:
		return a.basic, nil
	}
	return nil, nil
}

// sshLogin is the transport.AuthMethod of sshTransport.
type sshLogin struct {
	user   string
	access *access
}

func (l *sshLogin) Name() string   { return "ssh-key" }
func (l *sshLogin) String() string { return fmt.Sprintf("%s of %s", l.Name(), l.user) }
