package faultproxy

import (
	"bufio"
	"encoding/binary"
	"io"
)

const (
	opText  = 0x1
	opClose = 0x8
)

// readFrame reads one frame that a server sent, whole and as it came (RFC 6455, section 5.2).
func readFrame(r *bufio.Reader) ([]byte, error) {
	frame := make([]byte, 2, 1024)
	if _, err := io.ReadFull(r, frame); err != nil {
		return nil, err
	}
	length := uint64(frame[1] & 0x7f)
	more := map[uint64]int{126: 2, 127: 8}[length]
	if more > 0 {
		extended := make([]byte, more)
		if _, err := io.ReadFull(r, extended); err != nil {
			return nil, err
		}
		frame = append(frame, extended...)
		length = binary.BigEndian.Uint64(append(make([]byte, 8-more), extended...))
	}
	if frame[1]&0x80 != 0 {
		length += 4 // the mask, which only clients have to use
	}
	start := len(frame)
	frame = append(frame, make([]byte, length)...)
	_, err := io.ReadFull(r, frame[start:])
	return frame, err
}

// textFrame wraps a message as a server sends it.
func textFrame(message []byte) []byte {
	frame := []byte{0x80 | opText}
	switch n := len(message); {
	case n < 126:
		frame = append(frame, byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 127), uint64(n))
	}
	return append(frame, message...)
}
