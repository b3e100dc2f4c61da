-- What wrk sends: the requests of the file REQUESTS in turn, a line each: path, tab, entity tag.
-- With START, each gets a LIMIT of its own behind it, so that no two of them are the same.
local requests = {}
for line in io.lines(os.getenv("REQUESTS")) do
  local path, tag = line:match("^(.-)\t(.*)$")
  local headers = { Accept = os.getenv("ACCEPT") }
  if tag ~= "" then
    headers["If-None-Match"] = tag
  end
  requests[#requests + 1] = { path = path, headers = headers }
end

local start = tonumber(os.getenv("START"))
local number = start or 0

function request()
  number = number + 1
  local chosen = requests[number % #requests + 1]
  local path = chosen.path
  if start then
    path = path .. "%20LIMIT%20" .. number
  end
  return wrk.format("GET", path, chosen.headers)
end
