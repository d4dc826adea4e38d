package repository

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport/client"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

const (
	// connectTime is how long a server may take to answer at all, silence how long it may say nothing.
	connectTime = 20 * time.Second
	silence     = 2 * time.Minute
)

// go-git keeps its protocols in one place for the process. Those that reach files or need no login are taken away.
func init() {
	web := githttp.NewClient(&http.Client{Transport: shortErrors{&http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dial,
		TLSHandshakeTimeout:   connectTime,
		ResponseHeaderTimeout: silence,
		IdleConnTimeout:       30 * time.Second,
		ForceAttemptHTTP2:     true,
	}}, CheckRedirect: checkRedirect})
	for _, scheme := range []string{"file", "git"} {
		client.InstallProtocol(scheme, nil)
	}
	for _, scheme := range []string{"http", "https"} {
		client.InstallProtocol(scheme, web)
	}
	client.InstallProtocol("ssh", sshTransport{})
}

// refused is an address that a name or a redirect led to.
type refused struct{ error }

func (r refused) Unwrap() error { return r.error }

func checkRedirect(request *http.Request, _ []*http.Request) error {
	if err := checkHost(request.URL.Hostname()); err != nil {
		return refused{fmt.Errorf("the server redirects: %w", err)}
	}
	return nil
}

// dial looks at the address itself, which a name may hide.
func dial(ctx context.Context, network, to string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: connectTime, Control: func(_, address string, _ syscall.RawConn) error {
		if at, err := netip.ParseAddrPort(address); err == nil {
			if err := checkIP(at.Addr()); err != nil {
				return refused{err}
			}
		}
		return nil
	}}
	conn, err := dialer.DialContext(ctx, network, to)
	if err != nil {
		return nil, err
	}
	return &talking{conn}, nil
}

// talking is a connection that ends when the other side is silent for too long.
type talking struct{ net.Conn }

func (t *talking) Read(p []byte) (int, error) {
	if err := t.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return t.Conn.Read(p)
}

func (t *talking) Write(p []byte) (int, error) {
	if err := t.SetWriteDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return t.Conn.Write(p)
}

// shortErrors cuts the text of an answer that is an error: go-git keeps the whole.
type shortErrors struct{ http.RoundTripper }

func (s shortErrors) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := s.RoundTripper.RoundTrip(request)
	if err == nil && response.StatusCode >= http.StatusMultipleChoices {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(response.Body, 4096), response.Body}
	}
	return response, err
}
