package repository

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
	"golang.org/x/crypto/ssh/knownhosts"
	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/termination"
)

// explain turns an error into a failure that names the field and the remedy. A failure, and an error of the file
// system, stays what it is.
func (g *getter) explain(ctx context.Context, err error) error {
	var failure *termination.Failure
	if errors.As(err, &failure) {
		return err
	}
	if ctx.Err() != nil {
		return &termination.Failure{Reason: termination.Stopped, Detail: "asked to stop before it was done", Cause: ctx.Err()}
	}
	err = unwrapped(err)
	for _, kind := range []error{unix.ENOSPC, unix.EDQUOT, unix.EACCES, unix.EPERM, unix.EROFS} {
		if errors.Is(err, kind) {
			return err
		}
	}
	if found := g.ofServer(err); found != nil {
		return found
	}
	return g.ofText(err)
}

// unwrapped sees through go-git's wrappers, which have no Unwrap.
func unwrapped(err error) error {
	var unexpected *plumbing.UnexpectedError
	var permanent *plumbing.PermanentError
	switch {
	case errors.As(err, &unexpected):
		return unwrapped(unexpected.Err)
	case errors.As(err, &permanent):
		return unwrapped(permanent.Err)
	}
	return err
}

// ofServer explains errors by their type.
func (g *getter) ofServer(err error) error {
	var unverified *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var hostKey *knownhosts.KeyError
	var revoked *knownhosts.RevokedError
	var status *githttp.Err
	var not refused
	var netError net.Error
	switch {
	case errors.As(err, &not):
		return g.fail(termination.SourceInvalid, "spec.source.git.url: %s.", not.Error())
	case errors.As(err, &unverified), errors.As(err, &authority), errors.As(err, &hostname), errors.As(err, &invalid):
		return g.fail(termination.UntrustedCertificate, "spec.proxy.caBundle: %s shows a certificate that is not trusted: %s. "+
			"If its authority, or that of a proxy of your network, is your own, put its certificate into a ConfigMap and name it in spec.proxy.caBundle.",
			g.address.host, oneLine(last(err)))
	case errors.As(err, &revoked):
		return g.fail(termination.HostKeyUnknown, "spec.source.git.credentials: known_hosts says that the key of %s is revoked.", g.address.host)
	case errors.As(err, &hostKey) && len(hostKey.Want) > 0:
		return g.fail(termination.HostKeyUnknown, "spec.source.git.credentials: %s shows another key than known_hosts has for it. "+
			"Either it got a new one, or somebody stands in between: ask its owner, then replace its lines (`ssh-keyscan %s`).", g.address.host, g.scan())
	case errors.As(err, &hostKey):
		return g.fail(termination.HostKeyUnknown, "spec.source.git.credentials: known_hosts has no key of %s. "+
			"Add its lines (`ssh-keyscan %s`, compared with those that its owner publishes).", g.address.host, g.scan())
	case errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed):
		return g.unauthorized(oneLine(err))
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return g.notFound(oneLine(err))
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return g.fail(termination.SourceEmpty, "spec.source.git.url: the repository has no commit yet. Push a Go module to it.")
	case errors.As(err, &status) && status.StatusCode() == http.StatusProxyAuthRequired:
		return g.proxyLogin(oneLine(err))
	case errors.As(err, &status) && (status.StatusCode() >= 500 || status.StatusCode() == http.StatusTooManyRequests):
		return g.unreachable(oneLine(err))
	case strings.Contains(err.Error(), "Proxy Authentication Required"):
		return g.proxyLogin(oneLine(err))
	case strings.Contains(err.Error(), "proxyconnect "):
		return g.fail(termination.RepositoryUnreachable, "spec.proxy: the network's proxy does not answer: %s. "+
			"Check the host and port of spec.proxy.http and spec.proxy.https.", oneLine(err))
	case strings.Contains(err.Error(), "http redirect: "):
		return g.fail(termination.CloneFailed, "spec.source.git.url: the server leads somewhere else: %s. Use the address it leads to.", oneLine(last(err)))
	case errors.As(err, &netError), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return g.unreachable(oneLine(err))
	}
	return nil
}

var (
	unauthorizedText = regexp.MustCompile(`(?i)unable to authenticate|permission denied|access denied|not authori[sz]ed|no supported methods remain|do not have access`)
	notFoundText     = regexp.MustCompile(`(?i)(repository|project|repo)\b.*\b(not found|not exist|could not be found)|does not appear to be a git repository|no such repository|not a git repository`)
	unreachableText  = regexp.MustCompile(`(?i)connection (reset|refused)|closed the connection|unexpected EOF|: EOF$|timeout|no such host|handshake failed|stream error|server gave HTTP response to HTTPS client`)
)

// ofText explains errors of which only the text is known: what a server behind SSH says, and what go-git wraps.
func (g *getter) ofText(err error) error {
	text := oneLine(err)
	var strange *packp.ErrUnexpectedData
	switch {
	case strings.Contains(text, "no space left on device"):
		return fmt.Errorf("%w: %s", unix.ENOSPC, text)
	case notFoundText.MatchString(text):
		return g.notFound(text)
	case unauthorizedText.MatchString(text):
		return g.unauthorized(text)
	case strings.Contains(text, "x509: "):
		return g.fail(termination.UntrustedCertificate, "spec.proxy.caBundle: %s. If its authority is your own, name it in spec.proxy.caBundle.", text)
	case unreachableText.MatchString(text):
		return g.unreachable(text)
	case errors.As(err, &strange), strings.Contains(text, "pkt-line"), strings.Contains(text, "pkt-len"):
		return g.fail(termination.RepositoryNotFound, "spec.source.git.url: %s answers, but not as a git server does. "+
			"Use the address that the server shows for cloning, not that of a page.", shown(g.URL))
	}
	return g.fail(termination.CloneFailed, "spec.source.git: %s cannot be cloned: %s.", shown(g.URL), strings.TrimSuffix(text, "."))
}

func (g *getter) fail(reason termination.Reason, format string, args ...any) error {
	return termination.Failuref(reason, format, args...)
}

func (g *getter) unauthorized(text string) error {
	remedy := "Check that the account of the Secret's user and password may read it, and that the token is not out of date."
	switch {
	case g.address.scheme == "ssh":
		remedy = "Add the public half of the Secret's " + keyPrivate + " to an account, or to the deploy keys, of the repository."
	case g.access.basic == nil:
		remedy = "It is private: name a Secret with the keys " + keyUsername + " and " + keyPassword + "."
	}
	return g.fail(termination.RepositoryUnauthorized, "spec.source.git.credentials: %s does not let this environment read the repository: %s. %s",
		g.address.host, text, remedy)
}

func (g *getter) notFound(text string) error {
	remedy := "Check its spelling."
	if g.address.scheme != "ssh" && g.access.basic == nil {
		remedy += " Some servers say this of a private repository too: then name a Secret in spec.source.git.credentials."
	} else {
		remedy += " Some servers say this also of a repository that the account of spec.source.git.credentials may not see."
	}
	return g.fail(termination.RepositoryNotFound, "spec.source.git.url: there is no repository at %s: %s. %s", shown(g.URL), text, remedy)
}

func (g *getter) unreachable(text string) error {
	return g.fail(termination.RepositoryUnreachable, "spec.source.git.url: %s does not answer: %s. "+
		"Check that the cluster reaches it, and set spec.proxy if this network needs a proxy.", g.address.host, text)
}

func (g *getter) proxyLogin(text string) error {
	return g.fail(termination.ProxyLoginRequired, "spec.proxy: the network's proxy wants a login: %s. The spec cannot hold one, where everybody could read it: "+
		"name a proxy that lets this cluster pass without, or add %s to spec.proxy.noProxy if it is reached without one.", text, g.address.host)
}

// scan are the arguments of ssh-keyscan.
func (g *getter) scan() string {
	if g.address.port == "22" {
		return g.address.host
	}
	return "-p " + g.address.port + " " + g.address.host
}

// last is the innermost error, which says most in the fewest words.
func last(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// oneLine is what the error says, for a message: others wrote it.
func oneLine(err error) string {
	text := strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return strings.TrimRight(text, ".: ")
}
