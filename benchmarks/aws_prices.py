"""What AWS asks for, in US dollars, us-east-1, on demand."""

WRITE_UNIT = 0.625e-6
READ_UNIT = 0.125e-6
DYNAMODB_GB_MONTH = 0.25
S3_PUT = 0.005e-3
S3_GB_MONTH = 0.023
SQS_REQUEST = 0.40e-6
LAMBDA_GB_SECOND = 0.0000166667
LAMBDA_REQUEST = 0.20e-6
# A function gets a whole CPU at so much memory, and as little of one as it has less.
LAMBDA_MIB_A_CPU = 1769
GB = 1e9
