package repository

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"golang.org/x/crypto/ssh"
)

// sshTransport speaks git over SSH. go-git's own cannot be stopped, reads the ssh_config of the image, and keeps one
// line of what the server says.
type sshTransport struct{}

func (sshTransport) NewUploadPackSession(to *transport.Endpoint, login transport.AuthMethod) (transport.UploadPackSession, error) {
	with, ok := login.(*sshLogin)
	if !ok {
		return nil, transport.ErrInvalidAuthMethod
	}
	return &sshSession{to: to, login: with}, nil
}

func (sshTransport) NewReceivePackSession(*transport.Endpoint, transport.AuthMethod) (transport.ReceivePackSession, error) {
	return nil, errors.New("nothing is pushed from here")
}

type sshSession struct {
	to     *transport.Endpoint
	login  *sshLogin
	client *ssh.Client
	stop   func() bool
	in     io.WriteCloser
	out    io.Reader
	said   said
	refs   *packp.AdvRefs
}

// said is what the server wrote for people, or the beginning of it.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(p[:min(len(p), 4096-min(4096, s.text.Len()))])
	return len(p), nil
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (s *sshSession) connect(ctx context.Context) error {
	port := 22
	if s.to.Port != 0 {
		port = s.to.Port
	}
	at := net.JoinHostPort(strings.Trim(s.to.Host, "[]"), strconv.Itoa(port))
	conn, err := dial(ctx, "tcp", at)
	if err != nil {
		return err
	}
	s.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
	hosts := s.login.access.hosts
	inner, channels, requests, err := ssh.NewClientConn(conn, at, &ssh.ClientConfig{
		User: s.login.user, Auth: []ssh.AuthMethod{ssh.PublicKeys(s.login.access.signer)},
		HostKeyCallback: hosts.HostKeyCallback(), HostKeyAlgorithms: hosts.HostKeyAlgorithms(at),
	})
	if err != nil {
		return err
	}
	s.client = ssh.NewClient(inner, channels, requests)
	session, err := s.client.NewSession()
	if err != nil {
		return err
	}
	session.Stderr = &s.said
	if s.in, err = session.StdinPipe(); err != nil {
		return err
	}
	if s.out, err = session.StdoutPipe(); err != nil {
		return err
	}
	if err := session.Start(transport.UploadPackServiceName + " " + quoted(s.to.Path)); err != nil {
		return err
	}
	s.refs = packp.NewAdvRefs()
	err = s.refs.Decode(s.out)
	switch {
	case errors.Is(err, packp.ErrEmptyAdvRefs), err == nil && s.refs.IsEmpty():
		return transport.ErrEmptyRemoteRepository
	case errors.Is(err, packp.ErrEmptyInput):
		_ = session.Wait() // then it has said all
		return errors.New("the server closed the connection: " + s.said.String())
	case err != nil:
		return fmt.Errorf("%w %s", err, s.said.String())
	}
	transport.FilterUnsupportedCapabilities(s.refs.Capabilities)
	return nil
}

// quoted is the path for the shell of the server, as git's sq_quote_buf makes it. ~user is the server's to resolve.
func quoted(path string) string {
	if strings.HasPrefix(path, "/~") {
		path = path[1:]
	}
	return "'" + strings.NewReplacer("'", `'\''`, "!", `'\!'`).Replace(path) + "'"
}

func (s *sshSession) AdvertisedReferences() (*packp.AdvRefs, error) {
	return s.AdvertisedReferencesContext(context.Background())
}

func (s *sshSession) AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error) {
	if s.refs != nil {
		return s.refs, nil
	}
	if err := s.connect(ctx); err != nil {
		s.refs = nil
		return nil, err
	}
	return s.refs, nil
}

func (s *sshSession) UploadPack(ctx context.Context, request *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	if request.IsEmpty() {
		return nil, transport.ErrEmptyUploadPackRequest
	}
	if err := request.Validate(); err != nil {
		return nil, err
	}
	if _, err := s.AdvertisedReferencesContext(ctx); err != nil {
		return nil, err
	}
	err := errors.Join(request.UploadRequest.Encode(s.in), request.UploadHaves.Encode(s.in, true),
		pktline.NewEncoder(s.in).EncodeString("done\n"), s.in.Close())
	if err != nil {
		return nil, err
	}
	response := packp.NewUploadPackResponse(request)
	if err := response.Decode(io.NopCloser(s.out)); err != nil {
		return nil, fmt.Errorf("%w %s", err, s.said.String())
	}
	return response, nil
}

// Close ends the connection, and with it the command.
func (s *sshSession) Close() error {
	if s.stop != nil {
		s.stop()
	}
	if s.client == nil {
		return nil
	}
	if s.in != nil && s.refs != nil {
		_, _ = s.in.Write(pktline.FlushPkt) // so that the server does not call it an error
	}
	_ = s.client.Close()
	return nil
}
