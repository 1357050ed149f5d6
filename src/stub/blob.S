/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Embeds the stub, a complete ELF program which the build makes first, as read-only
 * bytes.  The file is found relative to the top of the build directory.
 */
	.section .rodata.stub_blob, "a", %progbits
	.balign 16
	.global stub_blob_start
	.type stub_blob_start, %object
	.hidden stub_blob_start
stub_blob_start:
	.incbin "src/stub/stub.bin"
	.size stub_blob_start, . - stub_blob_start
	.global stub_blob_end
	.type stub_blob_end, %object
	.hidden stub_blob_end
stub_blob_end:
	.byte 0
	.size stub_blob_end, 1
	.section .note.GNU-stack, "", %progbits
